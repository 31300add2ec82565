import type { HmacAlgorithm, MaybePromise } from './types.ts';

const encoder = new TextEncoder();

export type HmacKey = (prefix: string, body: Uint8Array) => MaybePromise<Uint8Array>;

/** A function that signs `prefix` + `body` with the secret's bytes. */
export const hmacKey = (algorithm: HmacAlgorithm, secret: Uint8Array): HmacKey => {
  let imported: Promise<CryptoKey> | undefined;
  return async (prefix, body) => {
    // why: on first use, not at construction: Workers allow no asynchronous work in the global scope.
    imported ??= crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: algorithm }, false, [
      'sign',
    ]);
    const head = encoder.encode(prefix);
    const message = new Uint8Array(head.length + body.length);
    message.set(head);
    message.set(body, head.length);
    return new Uint8Array(await crypto.subtle.sign('HMAC', await imported, message));
  };
};

export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));

/** SHA-256 of a text, as a text in which each character is a byte. */
export const digestOfText = async (text: string): Promise<string> =>
  String.fromCharCode(...(await sha256(encoder.encode(text))));

/** Compares in a time that depends on the length of `expected` alone: every byte is looked at, whatever differs. */
export const equalBytes = (given: Uint8Array, expected: Uint8Array): boolean => {
  let difference = given.length ^ expected.length;
  for (let index = 0; index < expected.length; index += 1) {
    difference |= (given[index] ?? 0) ^ (expected[index] ?? 0);
  }
  return difference === 0;
};
