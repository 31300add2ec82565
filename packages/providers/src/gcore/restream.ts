import * as z from 'zod';

/** A stream that Gcore passes on to another platform. Fields not named here are kept. */
export const gcoreRestream = z
  .looseObject({
    id: z.int(),
    name: z.string().nullish(),
    stream_id: z.int().nullish(),
    /** It is being passed on right now. */
    live: z.boolean().nullish(),
    /** It is switched on. */
    active: z.boolean().nullish(),
  })
  .refine(({ live, active }) => typeof (live ?? active) === 'boolean', {
    path: ['live'],
    message: 'neither live nor active is there',
  });

export interface GcoreRestream extends z.infer<typeof gcoreRestream> {}
