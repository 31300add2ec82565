import { type JwkToKeyObjectTransformerAsync, KeyObjectCache } from 'aws-jwt-verify/jwt-verifier';

/** Makes of a key of a key set what crypto takes. */
export type PrepareKey = JwkToKeyObjectTransformerAsync;

/**
 * Makes it once, because that takes several times as long as checking a signature with it. Known by the key itself and not by its id:
 * a key set that is fetched again may have another key under the same id.
 */
export const createPrepareKey = (): PrepareKey => {
  const prepared = new WeakMap<object, KeyObjectCache>();
  return (key, algorithm, issuer) => {
    const cache = prepared.get(key) ?? new KeyObjectCache();
    prepared.set(key, cache);
    return cache.transformJwkToKeyObjectAsync(key, algorithm, issuer);
  };
};
