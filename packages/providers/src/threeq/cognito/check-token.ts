import type { CognitoSettings } from './cognito-options.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { createPrepareKey } from './prepare-key.ts';
import { verifyToken } from './verify-token.ts';

/** Resolves for a token of the pool. Throws {@link TokenRefusedError} for any other. */
export type CheckToken = (token: string, receivedAt: number) => Promise<void>;

/** With the pool's keys, fetched when they are first needed, and kept. */
export const createCheckToken = (settings: CognitoSettings): CheckToken => {
  const keySets = new Map([...settings.issuers.values()].map((uri): [string, KeySet] => [uri, createKeySet({ uri })]));
  const keySetOf = (uri: string): KeySet => keySets.get(uri) ?? createKeySet({ uri });
  const prepareKey = createPrepareKey();
  return (token, receivedAt) => verifyToken(token, receivedAt, settings, keySetOf, prepareKey);
};
