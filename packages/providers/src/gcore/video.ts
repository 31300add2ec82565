import * as z from 'zod';

const convertedVideo = z.looseObject({
  /** Like `vod720n`. */
  name: z.string().nullish(),
  /** `processing`, `complete` or `error`; others may come. */
  status: z.string().nullish(),
  mp4_url: z.string().nullish(),
});

/** A video or a recording (gcore.com/docs/streaming, "Webhooks"). Fields not named here are kept. */
export const gcoreVideo = z.looseObject({
  id: z.int(),
  /** The unguessable part of a playback address: redacted in logs. */
  slug: z.string(),
  name: z.string().nullish(),
  /** Gcore's pages disagree: seconds in older ones, milliseconds in newer ones. */
  duration: z.number().nullish(),
  /** `empty`, `pending`, `viewable`, `ready` or `error`; others arrive as `unknown`. */
  status: z.string().min(1),
  converted_videos: z.array(convertedVideo).nullish(),
  /** The live stream that this is a recording of. */
  stream_id: z.int().nullish(),
  error: z.unknown().optional(),
});

export interface GcoreVideo extends z.infer<typeof gcoreVideo> {}

/** A video that has been deleted. */
export const gcoreDeletedVideo = z.looseObject({
  id: z.int(),
  slug: z.string().nullish(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  deleted_at: z.string().nullish(),
});

export interface GcoreDeletedVideo extends z.infer<typeof gcoreDeletedVideo> {}

/** Whether a video is the recording of a live stream. Older bodies have no `stream_id`; there only the name tells. */
export const isRecording = ({ name, stream_id }: Pick<GcoreVideo, 'name' | 'stream_id'>): boolean =>
  typeof stream_id === 'number' || (typeof name === 'string' && name.startsWith('Stream Record:'));
