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
