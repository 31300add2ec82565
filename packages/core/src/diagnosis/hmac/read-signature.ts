import type { HmacAlgorithm } from '../../crypto/types.ts';
import type { Delivery } from '../../delivery.ts';
import { readSignatureHeader } from '../../guards/signature-header.ts';
import { bytesFromBase64, bytesFromHex } from '../../hex.ts';
import type { HmacScheme } from './hmac-scheme.ts';

/** A signature as it was found in a header, or several that are written alike: one of them is to match. */
export interface FoundSignature {
  readonly bytes: readonly Uint8Array[];
  /** By its length; SHA-1 is known, but never taken. */
  readonly algorithm: HmacAlgorithm | 'SHA-1';
  readonly encoding: 'base64' | 'hex';
}

export interface ReadSignature {
  readonly signature: FoundSignature;
  readonly timestamp: string | undefined;
}

const algorithmOf = new Map<number, FoundSignature['algorithm']>([
  [20, 'SHA-1'],
  [32, 'SHA-256'],
  [48, 'SHA-384'],
  [64, 'SHA-512'],
]);

/** As the guard itself reads it. */
export const readStrictly = (scheme: HmacScheme, value: string, delivery: Delivery): ReadSignature | undefined => {
  const { algorithm, encoding, form } = scheme;
  const read = readSignatureHeader(value, form);
  if (typeof read === 'string') return undefined;
  const [signature, ...others] = writtenAlike(read.signatures);
  if (signature?.algorithm !== algorithm || signature.encoding !== encoding || others.length > 0) return undefined;
  if (signature.bytes.length < read.signatures.length) return undefined;
  return { signature, timestamp: timestampOf(scheme, read.timestamp, delivery) };
};

/** Longer ones are not taken apart. */
const maxValueLength = 1_024;
/** In more ways of writing than these nothing is tried. */
const maxWays = 3;

/** Whatever in a header's value could be a signature, however it is written, with whatever could be its timestamp. */
export const readLoosely = (scheme: HmacScheme, value: string, delivery: Delivery): readonly ReadSignature[] => {
  if (value.length > maxValueLength) return [];
  const pieces = value.split(/[\s,;"'`]+/).flatMap((piece) => [piece, piece.replace(/^[A-Za-z0-9_-]{1,20}[=:]/, '')]);
  const digits = pieces.find((piece) => /^[0-9]{9,15}$/.test(piece));
  return writtenAlike([...new Set(pieces)])
    .slice(0, maxWays)
    .map((signature) => ({ signature, timestamp: timestampOf(scheme, digits, delivery) }));
};

/** What is a signature among some texts: those of one algorithm and encoding together, so that what was signed is hashed once for them. */
const writtenAlike = (texts: readonly string[]): readonly FoundSignature[] => {
  const ways: FoundSignature[] = [];
  for (const one of texts.map(decode).filter((found) => found !== undefined)) {
    const index = ways.findIndex(({ algorithm, encoding }) => algorithm === one.algorithm && encoding === one.encoding);
    const way = ways[index];
    if (way === undefined) ways.push(one);
    else ways[index] = { ...way, bytes: [...way.bytes, ...one.bytes] };
  }
  return ways;
};

const timestampOf = (scheme: HmacScheme, inField: string | undefined, { headers }: Delivery): string | undefined =>
  scheme.timestampHeader === undefined ? inField : headers.get(scheme.timestampHeader);

const decode = (text: string): FoundSignature | undefined => {
  for (const [length, algorithm] of algorithmOf) {
    const hex = bytesFromHex(text, length);
    if (hex !== undefined) return { bytes: [hex], algorithm, encoding: 'hex' };
    const base64 = bytesFromBase64(text, length);
    if (base64 !== undefined) return { bytes: [base64], algorithm, encoding: 'base64' };
  }
  return undefined;
};
