import { createHmac } from 'node:crypto';
import type { HmacOptions } from '@mediahooks/core';

/** Keys of a sender that changes its secret; the stranger's is none that a receiver has. */
export const secret = 'several-secret-0001';
export const other = 'several-secret-0002';
export const stranger = 'several-secret-0003';

/** When they are made, in seconds. */
export const at = 1_700_000_000;

export const signatureOf = (key: string, content: string, encoding: 'base64' | 'hex'): string =>
  createHmac('sha256', key).update(content).digest(encoding);

/** A list of them in one header: `v1,<base64> v1,<base64>`. */
export const listed: HmacOptions = {
  secret,
  header: 'x-signature',
  prefix: 'v1,',
  separator: ' ',
  encoding: 'base64',
  timestampHeader: 'x-time',
  timestampUnit: 's',
};

/** A signature of another version: 64 bytes, as long as one by Ed25519. */
export const v1a = `v1a,${Buffer.alloc(64, 7).toString('base64')}`;
