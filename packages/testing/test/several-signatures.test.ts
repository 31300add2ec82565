import { createHmac } from 'node:crypto';
import { defineProvider, type HmacOptions, hmac } from '@mediahooks/core';
import { createTestDelivery, leftOutBecause, providerContract } from '@mediahooks/testing';
import * as z from 'zod';

const header = 'x-signature';
const schema = z.looseObject({ id: z.number() });
const encoder = new TextEncoder();

/** Of a sender that changes its secret, each delivery has two signatures: one is made with a secret that the receiver never had. */
const contractOf = (
  options: Omit<HmacOptions, 'secret'>,
  write: (time: number, sign: (key: string) => Buffer, proof: string) => string,
) =>
  providerContract(
    {
      create: (secret) =>
        defineProvider({
          name: 'platform',
          guards: [hmac({ ...options, secret })],
          schema,
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload, subject: `thing:${payload.id}` }],
        }),
      proofs: { current: 'platform-secret-0001', next: 'platform-secret-0002', wrong: 'platform-secret-0003' },
      examples: [{ name: 'a thing', type: 'thing', body: { id: 1 } }],
      toleranceMs: 300_000,
      deliver: (example, { proof, now, body = JSON.stringify(example.body) }) => {
        const sign = (key: string): Buffer => createHmac('sha256', key).update(`${now}.${body}`).digest();
        return createTestDelivery({
          provider: 'platform',
          type: example.type,
          source: 'platform',
          path: '/platform',
          headerLines: [
            [header, write(now, sign, proof)],
            ['x-time', String(now)],
          ],
          body: encoder.encode(body),
          credential: { in: 'header', name: header },
        });
      },
    },
    { leaveOut: leftOutBecause('it is proven by a signature', 'address') },
  );

const stranger = 'platform-secret-0004';

describe.each([
  ['the first', (proof: string) => [proof, stranger]],
  ['the last', (proof: string) => [stranger, proof]],
  ['both', (proof: string) => [proof, proof]],
])('of two signatures %s is genuine', (_which, keysOf) => {
  describe('in a list', () => {
    const cases = contractOf(
      { header, prefix: 'v1,', separator: ' ', encoding: 'base64', timestampHeader: 'x-time', timestampUnit: 'ms' },
      (_time, sign, proof) =>
        keysOf(proof)
          .map((key) => `v1,${sign(key).toString('base64')}`)
          .join(' '),
    );
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });

  describe('in fields', () => {
    const cases = contractOf(
      { header, fields: { timestamp: 't', signature: 'v1' }, timestampUnit: 'ms' },
      (time, sign, proof) =>
        [
          `t=${time}`,
          ...keysOf(proof).map((key) => `v1=${sign(key).toString('hex')}`),
          `v0=${sign(stranger).toString('hex')}`,
        ].join(','),
    );
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });
});
