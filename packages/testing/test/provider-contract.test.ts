import { echo3d, gcore, gcoreRanges, ignite, tpstreams } from '@mediahooks/providers';
import {
  type ContractCase,
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
