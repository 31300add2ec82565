import { createByteCollector } from '@mediahooks/core';
import { assertIsJwks, findJwkInJwks, type Jwks, type JwkWithKid } from 'aws-jwt-verify/jwk';

/** The keys that tokens are signed with, fetched over HTTP and kept. */
export interface KeySet {
  /**
   * The key with this id. `undefined` where the key set was just fetched and has none.
   *
   * @throws {KeySetUnavailableError} where that cannot be told, because the key set cannot be fetched, or not again so soon.
   */
  find(kid: string): Promise<JwkWithKid | undefined>;
}

/** Whether a token is genuine cannot be told at the moment. */
export class KeySetUnavailableError extends Error {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeySetUnavailableError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface KeySetOptions {
  readonly uri: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** So many fetches may follow one another at once; … */
const burst = 5;
/** … after that, one in so many milliseconds. */
const refillMs = 3_000;
/** After this a key set is fetched again, so that a key which was taken back stops to count. */
const refreshAfterMs = 60 * 60 * 1000;
/** An older key set is not used, should fetching it again fail for so long. */
const expiresAfterMs = 24 * 60 * 60 * 1000;
const fetchTimeoutMs = 5_000;
/** Cognito's have two keys, in about 1 KB. */
const maxKeySetBytes = 1_048_576;

/**
 * A key set that is fetched when it is first needed, once for all that wait for it, then again for a key it does not have: keys are
 * rotated. How often is bounded, because key ids can be made up; a token whose key is not known and cannot be looked up just then is
 * neither genuine nor forged, so asking for it throws.
 */
export const createKeySet = ({ uri, now = Date.now }: KeySetOptions): KeySet => {
  let known: { readonly keys: Jwks; readonly fetchedAt: number } | undefined;
  let fetching: Promise<Jwks> | undefined;
  let allowanceMs = burst * refillMs;
  let allowanceAt = now();

  /** Takes one fetch from what is allowed, or gives the milliseconds until there is one. */
  const takeFetch = (): number => {
    const time = now();
    allowanceMs = Math.min(burst * refillMs, allowanceMs + Math.max(0, time - allowanceAt));
    allowanceAt = time;
    if (allowanceMs < refillMs) return refillMs - allowanceMs;
    allowanceMs -= refillMs;
    return 0;
  };

  const refresh = (): Promise<Jwks> => {
    if (fetching !== undefined) return fetching;
    const waitMs = takeFetch();
    if (waitMs > 0) {
      const message = `The key set ${uri} was fetched ${burst} times in a row; it is not fetched again for ${Math.ceil(waitMs)} ms.`;
      return Promise.reject(new KeySetUnavailableError(message, Math.ceil(waitMs / 1000)));
    }
    fetching = fetchKeySet(uri)
      .then((keys) => {
        known = { keys, fetchedAt: now() };
        return keys;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };

  return {
    async find(kid) {
      const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now() - known.fetchedAt;
      if (known === undefined || ageMs > expiresAfterMs) return findJwkInJwks(await refresh(), kid);
      // why: an old key set is better than none while it cannot be fetched.
      const { keys } = known;
      const current = ageMs > refreshAfterMs ? await refresh().catch(() => keys) : keys;
      return findJwkInJwks(current, kid) ?? findJwkInJwks(await refresh(), kid);
    },
  };
};

const fetchKeySet = async (uri: string): Promise<Jwks> => {
  try {
    const response = await fetch(uri, {
      headers: { accept: 'application/json' },
      // why: the keys decide who is believed, so nobody else is asked for them.
      redirect: 'error',
      signal: AbortSignal.timeout(fetchTimeoutMs),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const keys = JSON.parse(await readText(response));
    assertIsJwks(keys);
    return keys;
  } catch (error) {
    const why = error instanceof Error ? describe(error) : String(error);
    throw new KeySetUnavailableError(`The key set ${uri} cannot be fetched: ${why}.`, Math.ceil(refillMs / 1000), {
      cause: error,
    });
  }
};

/** Counted, because a length that is announced need not be the one that comes. */
const readText = async ({ body }: Response): Promise<string> => {
  const collector = createByteCollector(maxKeySetBytes);
  for await (const chunk of body ?? []) {
    if (!collector.add(chunk)) throw new Error(`it is larger than ${maxKeySetBytes} bytes`);
  }
  return new TextDecoder().decode(collector.bytes());
};

/** fetch says only "fetch failed", and its cause the rest. */
const describe = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message;
