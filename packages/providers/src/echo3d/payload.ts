import * as z from 'zod';

const fields = {
  /** The collection's API key: redacted in logs. */
  apiKey: z.string(),
  entryIds: z.array(z.string().min(1)),
  metadataKeys: z.array(z.string()),
  /** `metadataValues[i]` belongs to `metadataKeys[i]`. */
  metadataValues: z.array(z.string()),
  /** Older deliveries have none. */
  statuses: z.array(z.string()).optional(),
  /** Older deliveries have none. */
  versionIds: z.array(z.string()).optional(),
};

const pairedMetadata = ({ metadataKeys, metadataValues }: { metadataKeys: string[]; metadataValues: string[] }) =>
  metadataKeys.length === metadataValues.length;

const pairing = {
  path: ['metadataValues'],
  message: 'metadataKeys and metadataValues differ in length, so it cannot be told which belong together',
};

/** A trigger of a collection: `entryIds` is empty. Fields not named here are kept. */
export const echo3dPayload = z.looseObject({ event: z.string().min(1), ...fields }).refine(pairedMetadata, pairing);

export interface Echo3dPayload extends z.infer<typeof echo3dPayload> {}

/** A trigger of one asset: exactly one id. Fields not named here are kept. */
export const echo3dAssetPayload = z
  .looseObject({ event: z.string().min(1), ...fields, entryIds: z.tuple([z.string().min(1)]) })
  .refine(pairedMetadata, pairing);

export interface Echo3dAssetPayload extends z.infer<typeof echo3dAssetPayload> {}

/** A trigger of one or several assets: at least one id. Fields not named here are kept. */
export const echo3dAssetsPayload = z
  .looseObject({
    event: z.string().min(1),
    ...fields,
    entryIds: z.tuple([z.string().min(1)], z.string().min(1)),
  })
  .refine(pairedMetadata, pairing);

export interface Echo3dAssetsPayload extends z.infer<typeof echo3dAssetsPayload> {}

/** A trigger that is not known yet: it need not look like the others. */
export const echo3dUnknownPayload = z.looseObject({ event: z.string().min(1) });
