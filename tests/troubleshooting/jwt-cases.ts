import { type CognitoOptions, threeq } from '@mediahooks/providers';
import { createTestUserPool, deliver, type TestUserPool, type TokenOptions } from '@mediahooks/testing';
import type { Misconfiguration } from './misconfiguration.ts';

const header = 'authorization';

/** A receiver of the pool's tokens, and what 3Q sends to it. */
const withPool = (
  cause: Misconfiguration['cause'],
  code: Misconfiguration['code'],
  mistake: string,
  token: TokenOptions | ((pool: TestUserPool) => string),
  options: Partial<CognitoOptions> = {},
  tokenHeader = header,
): Misconfiguration => ({
  cause,
  code,
  mistake,
  async setUp() {
    const pool = await createTestUserPool();
    const sent = typeof token === 'function' ? token(pool) : pool.token(token);
    return {
      sources: { '3q': threeq({ cognito: { ...pool.cognito, ...options } }) },
      secrets: [sent, sent.split('.')[2] ?? sent].filter((one) => one !== ''),
      send: (url) => deliver('threeq', 'file.new', { token: sent, tokenHeader }).sendTo(url),
      stop: () => pool.close(),
    };
  },
});

export const jwtCases: readonly Misconfiguration[] = [
  withPool('jwt-malformed', 'credential-invalid', 'sending something else as the token', () => 'no-token-at-all'),
  withPool('jwt-algorithm', 'credential-invalid', 'signing with another algorithm', { algorithm: 'HS256' }),
  withPool('jwt-other-pool', 'credential-invalid', 'configuring another user pool', {
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another01',
  }),
  withPool('jwt-other-use', 'credential-invalid', 'taking id tokens only', { use: 'access' }, { tokenUse: 'id' }),
  withPool('jwt-other-client', 'credential-invalid', 'configuring another app client', { clientId: 'another-client' }),
  withPool('jwt-other-key', 'credential-invalid', 'configuring the key set of another pool', { kid: 'another-key' }),
  withPool('jwt-signature', 'credential-invalid', 'sending a token that was changed', { key: 'stranger' }),
  withPool('jwt-expired', 'credential-expired', 'sending a token that is kept for too long', { expiresIn: -90 }),
  withPool('jwt-too-early', 'credential-expired', 'letting the clock run behind', {
    claims: { nbf: Math.floor(Date.now() / 1000) + 600 },
  }),
  withPool('token-scheme', 'credential-invalid', 'expecting another word before the token', {}, { scheme: 'JWT' }),
  withPool('token-quoted', 'credential-invalid', 'putting the token in quotation marks', (pool) => `"${pool.token()}"`),
  withPool('header-renamed', 'credential-missing', 'expecting the token in another header', {}, {}, 'x-3q-token'),
];
