import * as z from 'zod';

/** A transcoding job (developer.tpstreams.com, "Transcoding Service"). It is no asset and has no `type`. Fields not named here are kept. */
export const tpstreamsJob = z.looseObject({
  id: z.string().min(1),
  /** As TPStreams writes it, in one of several spellings: compare `tpstreamsStatus(payload)` instead. */
  status: z.string().min(1),
  /** Can be signed, or hold storage keys: redacted in logs. */
  input_url: z.string().nullish(),
  /** Can hold storage keys: redacted in logs. */
  output_path: z.string().nullish(),
  resolutions: z.array(z.string()).nullish(),
  /** Seconds. */
  video_duration: z.number().nullish(),
  enable_drm: z.boolean().nullish(),
  drm_content_id: z.string().nullish(),
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  error_message: z.string().nullish(),
  /** What you gave when the job was made, up to 10 KB. */
  client_metadata: z.unknown().optional(),
});

export interface TpstreamsJob extends z.infer<typeof tpstreamsJob> {}
