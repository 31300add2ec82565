import * as z from 'zod';
import { assetFields, tpstreamsVideo } from './video-asset.ts';

/** A livestream asset (developer.tpstreams.com, "Live Streams"). Fields not named here are kept. */
export const tpstreamsLivestreamAsset = z.looseObject({
  ...assetFields,
  type: z.literal('livestream'),
  live_stream: z.looseObject({
    /** As TPStreams writes it, in one of several spellings: compare `tpstreamsStatus(payload)` instead. */
    status: z.string().min(1),
    rtmp_url: z.string().nullish(),
    /** A credential: redacted in logs. */
    stream_key: z.string().nullish(),
    hls_url: z.string().nullish(),
    /** When it is scheduled; without a time zone. */
    start: z.string().nullish(),
    transcode_recorded_video: z.boolean().nullish(),
    chat_embed_url: z.string().nullish(),
  }),
  /** `null` until there is a recording. */
  video: tpstreamsVideo.nullish(),
});

export interface TpstreamsLivestreamAsset extends z.infer<typeof tpstreamsLivestreamAsset> {}
