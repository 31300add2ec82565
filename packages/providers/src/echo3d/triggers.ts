import type { Echo3dAssetPayload, Echo3dAssetsPayload, Echo3dPayload } from './payload.ts';

export const assetTriggers = ['Upload', 'Processed', 'Edit'] as const;
export const assetsTriggers = ['Delete', 'AssetMetadataAdd', 'AssetMetadataRemove', 'AssetStatusUpdate'] as const;
export const collectionTriggers = ['CollectionMetadataAdd', 'CollectionMetadataRemove'] as const;

/** echo3D's triggers, as it writes them. */
export const echo3dTriggers = [...assetTriggers, ...assetsTriggers, ...collectionTriggers] as const;

/** Event type → payload. */
export type Echo3dTypes = Readonly<
  Record<(typeof assetTriggers)[number], Echo3dAssetPayload> &
    Record<(typeof assetsTriggers)[number], Echo3dAssetsPayload> &
    Record<(typeof collectionTriggers)[number], Echo3dPayload>
>;
