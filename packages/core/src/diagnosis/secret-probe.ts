import { equalBytes, hmacKey } from '#crypto';
import { type HmacAlgorithm, isThenable, type MaybePromise } from '../crypto/types.ts';

/** What was signed, and the signature that came with it, or several: one of them is to match. */
export interface SignatureClaim {
  readonly algorithm: HmacAlgorithm;
  /** What stands before the body in what is signed. */
  readonly prefix: string;
  readonly body: Uint8Array;
  readonly signature: Uint8Array | readonly Uint8Array[];
}

/** Answers whether a guard's secrets are behind something, and nothing else: the secrets themselves stay where they are. */
export interface SecretProbe {
  /** How many there are: each costs an attempt. */
  readonly count: number;
  /** Whether a text is one of them; in constant time. */
  isSecret(text: string): boolean;
  /** Whether one of them, as a key by its UTF-8 bytes, has signed that. */
  hasSigned(claim: SignatureClaim): MaybePromise<boolean>;
}

const encoder = new TextEncoder();

export const createSecretProbe = (secrets: readonly string[]): SecretProbe => {
  const keys = secrets.map((secret) => encoder.encode(secret));
  return {
    count: keys.length,
    isSecret(text) {
      const given = encoder.encode(text);
      let found = false;
      for (const key of keys) found = equalBytes(given, key) || found;
      return found;
    },
    hasSigned: (claim) => isSignedBy(keys, claim),
  };
};

/** Whether one of the keys has signed that. */
export const isSignedBy = (
  keys: readonly Uint8Array[],
  { algorithm, prefix, body, signature }: SignatureClaim,
): MaybePromise<boolean> => {
  const digests = keys.map((key) => hmacKey(algorithm, key)(prefix, body));
  const given = 'BYTES_PER_ELEMENT' in signature ? [signature] : signature;
  const judge = (ready: readonly Uint8Array[]): boolean => {
    let found = false;
    for (const one of given) for (const digest of ready) found = equalBytes(one, digest) || found;
    return found;
  };
  const ready: Uint8Array[] = [];
  for (const digest of digests) {
    if (isThenable(digest)) return Promise.all(digests).then(judge);
    ready.push(digest);
  }
  return judge(ready);
};
