import { randomUUID } from 'node:crypto';
import { serveKeySet } from './key-set-server.ts';
import { signToken, type TokenAlgorithm } from './sign-token.ts';
import { createSigningKey, type SigningKey } from './signing-key.ts';

export interface TestUserPoolOptions {
  /** Default `eu-central-1_TestPool1`. */
  readonly userPoolId?: string;
  /** Default `test-client-0001`. */
  readonly clientId?: string;
  /** Milliseconds since the epoch, for `iat` and `exp`. Default: the system's clock. */
  readonly now?: () => number;
}

export interface TokenOptions {
  /** Default `access`. */
  readonly use?: 'access' | 'id';
  /** Seconds until the token expires; below 0 it has. Default 300. */
  readonly expiresIn?: number;
  /** Default: the pool's. In an id token it is the audience, `aud`. */
  readonly clientId?: string;
  /** Default: the pool's. */
  readonly issuer?: string;
  /** The key's name in the token's header. Default: that of the key it is signed with. */
  readonly kid?: string;
  /** Whose key signs it: the pool's newest (default), the one before the last {@link TestUserPool.rotate}, or a stranger's. */
  readonly key?: 'current' | 'previous' | 'stranger';
  /** Default `RS256`. `none` leaves out the signature, `HS256` signs with the public key as secret. */
  readonly algorithm?: TokenAlgorithm;
  /** More claims, or others. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Stands in for an AWS Cognito user pool: it signs tokens, and serves its key set over HTTP. */
export interface TestUserPool {
  /** What `threeq({ cognito })` takes. */
  readonly cognito: {
    readonly userPoolId: string;
    readonly clientId: string;
    readonly issuer: string;
    readonly jwksUri: string;
  };
  readonly userPoolId: string;
  readonly clientId: string;
  /** The pool's own address, as an emulator's is. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** How often the key set was fetched. */
  readonly requestCount: number;
  /** @throws {RangeError} for `key: 'previous'` before the first `rotate`. */
  token(options?: TokenOptions): string;
  /** Signs with a new key from now on. The key set keeps the one before where `keep` says so; default: it is gone. */
  rotate(options?: { readonly keep?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/**
 * A user pool on 127.0.0.1, for tests of `threeq({ cognito })`:
 *
 * ```ts
 * const userPool = await createTestUserPool();
 * const provider = threeq({ cognito: userPool.cognito });
 * await deliver('threeq', 'file.new', { userPool }).sendTo(url);
 * await deliver('threeq', 'file.new', { token: userPool.token({ expiresIn: -1 }) }).sendTo(url);   // 401 credential-expired
 * await userPool.close();
 * ```
 */
export const createTestUserPool = async (options: TestUserPoolOptions = {}): Promise<TestUserPool> => {
  const { userPoolId = 'eu-central-1_TestPool1', clientId = 'test-client-0001', now = Date.now } = options;
  const [first, stranger] = await Promise.all([createSigningKey('key-1'), createSigningKey('key-1')]);
  let current = first;
  let previous: SigningKey | undefined;
  let published = [first];
  let keyCount = 1;
  const server = await serveKeySet(() => published.map(({ jwk }) => jwk));
  const issuer = `${server.origin}/${userPoolId}`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;

  const keyOf = (key: TokenOptions['key']): SigningKey => {
    if (key === 'stranger') return { ...stranger, kid: current.kid };
    if (key !== 'previous') return current;
    if (previous === undefined) throw new RangeError('There is no previous key: rotate() was not called.');
    return previous;
  };

  return {
    cognito: { userPoolId, clientId, issuer, jwksUri },
    userPoolId,
    clientId,
    issuer,
    jwksUri,
    get requestCount() {
      return server.requestCount;
    },
    token(token = {}) {
      const key = keyOf(token.key);
      const issuedAt = Math.floor(now() / 1000);
      const use = token.use ?? 'access';
      const client = token.clientId ?? clientId;
      const claims = {
        sub: 'a1b2c3d4-0000-4000-8000-000000000001',
        iss: token.issuer ?? issuer,
        token_use: use,
        ...(use === 'id' ? { aud: client } : { client_id: client, scope: 'webhooks/send' }),
        iat: issuedAt,
        exp: issuedAt + (token.expiresIn ?? 300),
        jti: randomUUID(),
        ...token.claims,
      };
      return signToken(token.algorithm ?? 'RS256', token.kid ?? key.kid, claims, key.privateKey, key.publicKey);
    },
    async rotate({ keep = false } = {}) {
      keyCount += 1;
      previous = current;
      current = await createSigningKey(`key-${keyCount}`);
      published = keep ? [previous, current] : [current];
    },
    close: () => server.close(),
  };
};
