import * as z from 'zod';

/**
 * The state of a live stream (gcore.com/docs/streaming, "Webhooks"). `id`, `live` and `recording` have always been there; what is
 * optional came later. Fields not named here are kept.
 */
export const gcoreStream = z.looseObject({
  id: z.int(),
  /** Gcore is receiving the stream. */
  live: z.boolean(),
  recording: z.boolean(),
  /** The stream arrives at the backup address. */
  backup_live: z.boolean().nullish(),
  /** Playback is ready. */
  transcoding: z.boolean().nullish(),
  client_user_id: z.union([z.string(), z.number()]).nullish(),
  client_entity_data: z.string().nullish(),
  pull: z.boolean().nullish(),
  /** Can hold a push credential: redacted in logs. */
  uri: z.string().nullish(),
  /** `rtmp`, `srt`, `webrtc` or `https`; others may come. */
  stream_source_type: z.string().nullish(),
});

export interface GcoreStream extends z.infer<typeof gcoreStream> {}
