import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { echo3d, gcore, gcoreRanges, ignite, threeq, tpstreams } from '@mediahooks/providers';
import {
  type ContractCase,
  createTestUserPool,
  deliver,
  examplesOf,
  foreignAddress,
  igniteSignature,
  leftOutBecause,
  providerContract,
  testCredentials,
} from '@mediahooks/testing';

const runAll = (cases: readonly ContractCase[]): void => {
  for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
};

const unsigned = leftOutBecause('nothing is signed: a token proves the sender, not the body', 'signature', 'timestamp');
const notByAddress = leftOutBecause('it is proven by a credential, not by the address', 'address');

describe('gcore', () => {
  runAll(
    providerContract(
      {
        create: () => gcore(),
        proofs: { current: '92.223.123.5', next: '92.223.112.5', wrong: foreignAddress },
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('gcore', type, { address: proof, payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('gcore'),
        addresses: {
          allowed: ['92.223.112.0', '92.223.112.255', '92.223.123.0', '92.223.123.255'],
          refused: ['92.223.111.255', '92.223.113.0', '92.223.122.255', '92.223.124.0'],
        },
      },
      {
        leaveOut: leftOutBecause(
          'Gcore sends neither a secret nor a signature: the address is all there is',
          'credential',
          'signature',
          'timestamp',
        ),
      },
    ),
  );

  test('the ranges of the contract are all there are', () => {
    expect(gcoreRanges).toEqual(['92.223.112.0/24', '92.223.123.0/24']);
  });
});

describe('ignite', () => {
  runAll(
    providerContract(
      {
        create: (secret) => ignite({ secret }),
        proofs: { current: 'whsec_current_0001', next: 'whsec_next_0002', wrong: 'whsec_wrong_0003' },
        deliver: ({ type, body: payload }, { proof, now, body }) =>
          deliver('ignite', type, { secret: proof, now, payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('ignite'),
        toleranceMs: 300_000,
      },
      { leaveOut: notByAddress },
    ),
  );

  test('signs as the known answer says', () => {
    const body = '{"id":"507f1f77bcf86cd799439011","status":"COMPLETE"}';
    expect(igniteSignature('whsec_test_secret_0001', body, 1_705_316_400_000)).toBe(
      't=1705316400000,v1=4375076a8153d600ec7f0077c134b1bdfc421bcf4b93be0ddd5e69f3bed0512b',
    );
  });
});

describe('tpstreams', () => {
  runAll(
    providerContract(
      {
        create: (token) => tpstreams({ token }),
        proofs: { current: 'current-token-0001', next: 'next-token-0002', wrong: 'wrong-token-0003' },
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('tpstreams', type, { token: proof, payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('tpstreams'),
      },
      { leaveOut: { ...unsigned, ...notByAddress } },
    ),
  );
});

describe.each(['query', 'path'] as const)('echo3d, its token in the %s', (tokenIn) => {
  const { apiKey } = testCredentials.echo3d;
  runAll(
    providerContract(
      {
        create: (urlToken) => echo3d({ urlToken, apiKey }),
        proofs: { current: 'current-token-0001', next: 'next-token-0002', wrong: 'wrong-token-0003' },
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('echo3d', type, { urlToken: proof, tokenIn, payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('echo3d'),
        invalidPayload: { event: 'Upload', apiKey, entryIds: 'no list' },
      },
      { leaveOut: { ...unsigned, ...notByAddress } },
    ),
  );
});

describe.each(['header', 'query'] as const)('3q, its secret in the %s', (place) => {
  const secretOf = <Value>(value: Value) => ({ in: place, name: 'x-3q-secret', value });
  runAll(
    providerContract(
      {
        create: (value) => threeq({ secret: secretOf(value) }),
        proofs: { current: 'current-secret-0001', next: 'next-secret-0002', wrong: 'wrong-secret-0003' },
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('threeq', type, { secret: secretOf(proof), payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('threeq'),
      },
      { leaveOut: { ...unsigned, ...notByAddress } },
    ),
  );
});

const now = 1_705_316_400_000;
const userPool = await createTestUserPool({ now: () => now });
await userPool.rotate({ keep: true });
afterAll(() => userPool.close());

describe('3q, by a Cognito user pool', () => {
  runAll(
    providerContract(
      {
        create: () => threeq({ cognito: userPool.cognito }),
        proofs: { current: { key: 'current' }, next: { key: 'previous' }, wrong: { key: 'stranger' } } as const,
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('threeq', type, { token: userPool.token(proof), payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('threeq'),
      },
      {
        leaveOut: {
          ...leftOutBecause('a token proves the sender, not the body', 'signature'),
          ...leftOutBecause('a token says itself when it expires, in whole seconds: tested below', 'timestamp'),
          ...notByAddress,
          'refuses a secret that the rotation has left behind': 'the key set decides, not an option: tested below',
        },
      },
    ),
  );

  const answerTo = async (token: string, receivedAt: number): Promise<readonly [number, unknown]> => {
    const webhooks = createWebhooks({
      sources: { '3q': threeq({ cognito: userPool.cognito }) },
      logger: false,
      clock: { now: () => receivedAt, after: () => () => undefined },
    });
    const response = await createFetchHandler(webhooks)(deliver('threeq', 'file.new', { token }).toRequest());
    const { code, outcome }: { readonly code?: string; readonly outcome?: string } = await response.json();
    return [response.status, code ?? outcome];
  };

  test('accepts a token until the millisecond it expires, and refuses it from then on', async () => {
    const token = userPool.token({ expiresIn: 300 });
    expect(await answerTo(token, now + 299_999)).toEqual([200, 'ignored']);
    expect(await answerTo(token, now + 300_000)).toEqual([401, 'credential-expired']);
  });

  test('refuses a token whose key has left the key set', async () => {
    const token = userPool.token({ key: 'previous' });
    expect(await answerTo(token, now)).toEqual([200, 'ignored']);
    await userPool.rotate();
    expect(await answerTo(token, now)).toEqual([401, 'credential-invalid']);
    expect(await answerTo(userPool.token(), now)).toEqual([200, 'ignored']);
  });
});
