export type { EnsuredWebhook } from './api/ensure-webhook.ts';
export {
  type TpstreamsApi,
  type TpstreamsApiOptions,
  type TpstreamsWebhook,
  type TpstreamsWebhookSettings,
  tpstreamsApi,
} from './api/tpstreams-api.ts';
export { TpstreamsApiError, type TpstreamsApiErrorCode } from './api/tpstreams-api-error.ts';
export { type TpstreamsJob, tpstreamsJob } from './job.ts';
export { type TpstreamsLivestreamAsset, tpstreamsLivestreamAsset } from './livestream-asset.ts';
export { type TpstreamsResolutions, tpstreamsResolutions } from './resolutions.ts';
export { type TpstreamsEventType, type TpstreamsOptions, type TpstreamsTypes, tpstreams } from './tpstreams.ts';
export { tpstreamsStatus } from './tpstreams-status.ts';
export {
  type TpstreamsVideo,
  type TpstreamsVideoAsset,
  tpstreamsVideo,
  tpstreamsVideoAsset,
} from './video-asset.ts';
