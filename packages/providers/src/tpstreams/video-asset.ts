import * as z from 'zod';

/** The video of an asset. Fields not named here are kept. */
export const tpstreamsVideo = z.looseObject({
  /** As TPStreams writes it, in one of several spellings: compare `tpstreamsStatus(payload)` instead. */
  status: z.string().min(1),
  /** Per cent. */
  progress: z.number().nullish(),
  thumbnails: z.array(z.string()).nullish(),
  playback_url: z.string().nullish(),
  dash_url: z.string().nullish(),
  preview_thumbnail_url: z.string().nullish(),
  cover_thumbnail_url: z.string().nullish(),
  format: z.string().nullish(),
  /** Like `720p`. */
  resolutions: z.array(z.string()).nullish(),
  video_codec: z.string().nullish(),
  audio_codec: z.string().nullish(),
  enable_drm: z.boolean().nullish(),
  /** `drm`, `aes` or `disable`; others may come. */
  content_protection_type: z.string().nullish(),
  /** Seconds. */
  duration: z.number().nullish(),
  tracks: z.array(z.unknown()).nullish(),
  inputs: z.array(z.looseObject({ url: z.string().nullish() })).nullish(),
});

export interface TpstreamsVideo extends z.infer<typeof tpstreamsVideo> {}

/** What every asset has. */
export const assetFields = {
  id: z.string().min(1),
  title: z.string().nullish(),
  bytes: z.number().nullish(),
  /** The folder the asset is in. */
  parent_id: z.string().nullish(),
};

/** A video asset (developer.tpstreams.com, "Web Hooks"). Fields not named here are kept. */
export const tpstreamsVideoAsset = z.looseObject({ ...assetFields, type: z.literal('video'), video: tpstreamsVideo });

export interface TpstreamsVideoAsset extends z.infer<typeof tpstreamsVideoAsset> {}
