import * as z from 'zod';

/** A broadcast. Gcore's present page no longer names it; fields not named here are kept. */
export const gcoreBroadcast = z.looseObject({
  id: z.int(),
  /** `pending`, `live`, `paused` or `finished`; others arrive as `unknown`. */
  status: z.string().min(1),
});

export interface GcoreBroadcast extends z.infer<typeof gcoreBroadcast> {}
