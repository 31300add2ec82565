import * as z from 'zod';

/** Resolutions of an asset that were deleted, or could not be. Has no `type`. Fields not named here are kept. */
export const tpstreamsResolutions = z.looseObject({
  /** The asset's. */
  id: z.string().min(1),
  title: z.string().nullish(),
  status: z.string().nullish(),
  resolutions: z.array(z.looseObject({ resolution: z.string().nullish(), status: z.string().nullish() })).nullish(),
  deleted_resolutions: z.array(z.unknown()).nullish(),
  freed_bytes: z.number().nullish(),
  error: z.unknown().optional(),
});

export interface TpstreamsResolutions extends z.infer<typeof tpstreamsResolutions> {}
