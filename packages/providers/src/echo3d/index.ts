export {
  type Echo3dApiKeyOnlyOptions,
  type Echo3dEventType,
  type Echo3dOptions,
  type Echo3dTokenOptions,
  echo3d,
} from './echo3d.ts';
export { echo3dMetadata, echo3dMetadataPairs } from './metadata.ts';
export {
  type Echo3dAssetPayload,
  type Echo3dAssetsPayload,
  type Echo3dPayload,
  echo3dAssetPayload,
  echo3dAssetsPayload,
  echo3dPayload,
} from './payload.ts';
export type { Echo3dTypes } from './triggers.ts';
