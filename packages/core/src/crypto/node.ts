import { createHash, createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import { createShortHmac, shortBodyBytes, shortPrefixUnits } from './short-hmac.ts';
import type { HmacAlgorithm, MaybePromise } from './types.ts';

const nodeNames = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

export type HmacKey = (prefix: string, body: Uint8Array) => MaybePromise<Uint8Array>;

/** A function that signs `prefix` + `body` with the secret's bytes. */
export const hmacKey = (algorithm: HmacAlgorithm, secret: Uint8Array): HmacKey => {
  const key = createSecretKey(secret);
  const name = nodeNames[algorithm];
  const signShort = createShortHmac(name, secret);
  return (prefix, body) =>
    body.length <= shortBodyBytes && prefix.length <= shortPrefixUnits
      ? signShort(prefix, body)
      : createHmac(name, key).update(prefix).update(body).digest();
};

export const sha256 = (bytes: Uint8Array): MaybePromise<Uint8Array> => createHash('sha256').update(bytes).digest();

/** SHA-256 of a text, as a text in which each character is a byte. */
export const digestOfText = (text: string): MaybePromise<string> => hash('sha256', text, 'binary');

/** Compares in a time that depends on the length of `expected` alone. */
export const equalBytes = (given: Uint8Array, expected: Uint8Array): boolean => {
  if (given.length === expected.length) return timingSafeEqual(given, expected);
  // why: takes as long as a comparison of equal lengths, then fails all the same.
  timingSafeEqual(expected, expected);
  return false;
};
