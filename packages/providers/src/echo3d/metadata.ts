import type { Echo3dPayload } from './payload.ts';

type Metadata = Pick<Echo3dPayload, 'metadataKeys' | 'metadataValues'>;

/** The metadata of a payload as pairs of key and value, in the order echo3D sent them. A key may come more than once. */
export const echo3dMetadataPairs = ({
  metadataKeys,
  metadataValues,
}: Metadata): readonly (readonly [key: string, value: string])[] =>
  metadataKeys.map((key, index) => [key, metadataValues[index] ?? '']);

/**
 * The metadata of a payload as a record; of a key that comes more than once, the last value. The record inherits nothing, so that a key
 * like `constructor` or `__proto__` is one like any other: check with `key in metadata`.
 */
export const echo3dMetadata = (payload: Metadata): Readonly<Record<string, string>> => {
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, value] of echo3dMetadataPairs(payload)) metadata[key] = value;
  return metadata;
};
