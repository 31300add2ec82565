import { ipAllowlist, type Provider } from '@mediahooks/core';
import { gcore } from '@mediahooks/providers';
import {
  type ContractCase,
  deliver,
  examplesOf,
  foreignAddress,
  leftOutBecause,
  type ProviderContractCaseName,
  providerContract,
} from '@mediahooks/testing';
import { broken, right } from './broken-providers.ts';

const contractOf = (create: (secret: readonly string[]) => Provider): readonly ContractCase[] =>
  providerContract(
    {
      create,
      proofs: { current: 'whsec_current_0001', next: 'whsec_next_0002', wrong: 'whsec_wrong_0003' },
      deliver: ({ type, body: payload }, { proof, now, body }) =>
        deliver('ignite', type, { secret: proof, now, payload, ...(body !== undefined && { body }) }),
      examples: examplesOf('ignite'),
      toleranceMs: 300_000,
    },
    { leaveOut: leftOutBecause('it is proven by a signature', 'address') },
  );

const failing = async (cases: readonly ContractCase[]): Promise<readonly string[]> => {
  const names: string[] = [];
  for (const { name, leftOut, run } of cases) {
    if (leftOut !== undefined) continue;
    try {
      await run();
    } catch {
      names.push(name);
    }
  }
  return names;
};

test('a right provider fails no case', async () => {
  expect(await failing(contractOf(right))).toEqual([]);
});

/** What each broken provider must fail, the case meant for it first, and no more than follows from what is broken. */
const meant: Readonly<Record<keyof typeof broken, readonly ProviderContractCaseName[]>> = {
  'accepts anything': [
    'refuses a delivery without its credential',
    'refuses a delivery whose credential is empty',
    'refuses a delivery whose credential comes twice',
    'refuses a credential with one character changed',
    'refuses a credential that is cut short or continued',
    'refuses what is proven with a wrong secret',
    'accepts both secrets of a rotation, and no third',
    'refuses a secret that the rotation has left behind',
    'judges the credential before it reads the body as JSON',
    'tells neither sender nor operator the secret',
    'shows handlers no credential',
    'refuses a body with one byte flipped, whichever it is',
    'refuses a longer, a shorter and an empty body under the same signature',
    'refuses a timestamp one millisecond outside the window, old and new',
  ],
  'ignores the timestamp': ['refuses a timestamp one millisecond outside the window, old and new'],
  'allows one millisecond too many': ['refuses a timestamp one millisecond outside the window, old and new'],
  'allows one millisecond too few': ['accepts a timestamp one millisecond inside the window, old and new'],
  'compares only how the signature begins': [
    'refuses a credential with one character changed',
    'refuses a credential that is cut short or continued',
    'refuses a delivery whose credential comes twice',
    'refuses a timestamp one millisecond outside the window, old and new',
    'tells neither sender nor operator the secret',
  ],
  'accepts a doubled header': [
    'refuses a delivery whose credential comes twice',
    'shows handlers no credential',
    'tells neither sender nor operator the secret',
  ],
  're-serialises the body before it verifies': [
    'verifies the bytes as they came, not what they parse to',
    'refuses a longer, a shorter and an empty body under the same signature',
    'refuses an authentic body that is no JSON',
    'refuses a timestamp one millisecond outside the window, old and new',
  ],
  'knows only the first secret': ['accepts both secrets of a rotation, and no third'],
  'takes an empty credential for a wrong one': ['refuses a delivery whose credential is empty'],
  'tells the operator what was expected': ['tells neither sender nor operator the secret'],
  'shows handlers the credential': [
    'shows handlers no credential',
    'refuses a delivery whose credential comes twice',
    'tells neither sender nor operator the secret',
  ],
  'names every event the same': ['accepts every example and gives it its type'],
  'drops fields that it does not know': ['keeps fields that it does not know'],
};

test.each(Object.entries(broken))('a provider that %s fails the cases meant for it', async (name, create) => {
  const found = await failing(contractOf(create));
  const expected = Object.entries(meant).find(([one]) => one === name)?.[1] ?? [];
  expect(expected.length).toBeGreaterThan(0);
  expect([...found].sort()).toEqual([...expected].sort());
});

describe('a provider that is proven by the address', () => {
  const contractOfAddress = (create: () => Provider): readonly ContractCase[] =>
    providerContract(
      {
        create,
        proofs: { current: '92.223.123.5', next: '92.223.112.5', wrong: foreignAddress },
        deliver: ({ type, body: payload }, { proof, body }) =>
          deliver('gcore', type, { address: proof, payload, ...(body !== undefined && { body }) }),
        examples: examplesOf('gcore'),
        addresses: { allowed: ['92.223.123.0', '92.223.123.255'], refused: ['92.223.122.255', '92.223.124.0'] },
      },
      { leaveOut: leftOutBecause('there is no secret', 'credential', 'signature', 'timestamp') },
    );

  test('fails where a range ends too early', async () => {
    expect(await failing(contractOfAddress(() => gcore({ ranges: ['92.223.123.0/25'] })))).toContain(
      'accepts the first and the last address of every range, also as IPv6 writes them',
    );
  });

  test('fails where a range is too wide', async () => {
    expect(await failing(contractOfAddress(() => gcore({ ranges: ['92.223.122.0/23'] })))).toContain(
      'refuses the addresses beside every range',
    );
  });

  test('fails where a header is believed', async () => {
    const believing = (): Provider => {
      const provider = gcore();
      const everybody = ipAllowlist({ ranges: ['0.0.0.0/0', '::/0'] });
      return { ...provider, guards: [everybody] };
    };
    expect(await failing(contractOfAddress(believing))).toContain('refuses an address that only a header claims');
  });
});
