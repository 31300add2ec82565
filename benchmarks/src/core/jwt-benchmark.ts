import { createWebhooks, headersFromRaw } from '@mediahooks/core';
import { threeq } from '@mediahooks/providers/threeq';
import { createTestUserPool, deliver, type TestUserPool } from '@mediahooks/testing';
import { JwtVerifier } from 'aws-jwt-verify';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { alternate, type Runner } from '../measure/alternate.ts';
import { timeCalls } from '../measure/time-calls.ts';
import { CarelessContestantError } from './check-contestant.ts';

/** Takes a token and a body, and gives whether they were accepted. */
type TakesToken = (token: string, body: Uint8Array) => Promise<boolean>;

/** A 3Q delivery with a token of Cognito; the library alone checks the token and parses, and does nothing else. */
export const jwtBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const pool = await createTestUserPool();
  try {
    const body = deliver('threeq', 'file.new', { userPool: pool }).body;
    const contestants: readonly (readonly [string, TakesToken])[] = [
      ['aws-jwt-verify', await libraryAlone(pool)],
      ['mediahooks', ours(pool)],
    ];
    const runners: Runner[] = [];
    for (const [name, takes] of contestants) {
      await checkTakesToken(name, takes, pool, body);
      if (!short) await warmUp(takes, pool, body);
      const prepare = (count: number) => {
        const tokens = Array.from({ length: count }, () => pool.token());
        return async (): Promise<void> => {
          for (const token of tokens) if (!(await takes(token, body))) throw new Error(`${name} refused a token.`);
        };
      };
      runners.push({ name, measure: await timeCalls(prepare, short ? 1 : 20) });
    }
    const alternated = await alternate(runners, 'aws-jwt-verify', short ? 1 : 21);
    return figuresOf('core', 'JWT of Cognito', 'µs', 'aws-jwt-verify', alternated);
  } finally {
    await pool.close();
  }
};

const libraryAlone = async (pool: TestUserPool): Promise<TakesToken> => {
  // why: `CognitoJwtVerifier` derives the issuer from the pool's id; the test pool is at an address of its own.
  const verifier = JwtVerifier.create({
    issuer: pool.issuer,
    jwksUri: pool.jwksUri,
    audience: null,
    customJwtCheck({ payload }) {
      if (payload.token_use !== 'access' || payload.client_id !== pool.clientId) throw new Error('Another client.');
    },
  });
  // why: the library fetches over https only.
  verifier.cacheJwks(await (await fetch(pool.jwksUri)).json());
  return async (token, body) => {
    await verifier.verify(token);
    return Array.isArray(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')));
  };
};

const ours = (pool: TestUserPool): TakesToken => {
  const webhooks = createWebhooks({ sources: { threeq: threeq({ cognito: pool.cognito }) }, logger: false });
  webhooks.on('threeq.*', () => undefined);
  return async (token, body) => {
    const outcome = await webhooks.receive({
      method: 'POST',
      path: '/threeq',
      query: '',
      headers: headersFromRaw([
        'Host',
        '127.0.0.1',
        'Content-Type',
        'application/json',
        'Authorization',
        `Bearer ${token}`,
      ]),
      socketAddress: '127.0.0.1',
      hasSocket: true,
      readBody: () => body,
    });
    return outcome.kind === 'handled';
  };
};

/**
 * why: a token takes longer to sign than to check, so rounds are made of few, and of a program that is larger than the other they would
 * measure mostly how long it runs uncompiled. One token does for this: neither side remembers it.
 */
const warmUp = async (takes: TakesToken, pool: TestUserPool, body: Uint8Array): Promise<void> => {
  const token = pool.token();
  for (let call = 0; call < 10_000; call += 1) await takes(token, body);
};

const checkTakesToken = async (
  name: string,
  takes: TakesToken,
  pool: TestUserPool,
  body: Uint8Array,
): Promise<void> => {
  const accepts = (token: string): Promise<boolean> => takes(token, body).catch(() => false);
  if (!(await accepts(pool.token()))) throw new CarelessContestantError(name, 'refuses a genuine token');
  const forged = {
    'an expired token': { expiresIn: -1 },
    "another client's": { clientId: 'another' },
    "a stranger's": { key: 'stranger' },
  } as const;
  for (const [what, options] of Object.entries(forged)) {
    if (await accepts(pool.token(options))) throw new CarelessContestantError(name, `accepts ${what}`);
  }
};
