import { jest } from '@jest/globals';
import {
  createWebhooks,
  defineProvider,
  headersFromRaw,
  headerToken,
  type IncomingDelivery,
  ipAllowlist,
  payloadToken,
} from '@mediahooks/core';
import { z } from 'zod';
import { answerOf, incoming } from '../platform.ts';

const validated = jest.fn();

const webhooks = createWebhooks({
  sources: {
    platform: defineProvider({
      name: 'platform',
      guards: [
        payloadToken({ field: 'key', token: 'payload-key-1' }),
        headerToken({ header: 'x-token', token: 'header-token-1' }),
        ipAllowlist({ ranges: ['198.51.100.7'] }),
      ],
      schema: z.unknown().refine((value) => {
        validated(value);
        return typeof value === 'object' && value !== null && 'id' in value;
      }),
      types: ['thing'],
      events: (payload) => [{ type: 'thing', payload }],
    }),
  },
  maxBodyBytes: 50,
  logger: false,
});

/** What can be wrong with a delivery, in the order in which it must be found. */
const faults = [
  ['method-not-allowed', 405],
  ['unknown-source', 404],
  ['address-not-allowed', 403],
  ['unsupported-encoding', 415],
  ['body-too-large', 413],
  ['credential-invalid', 401],
  ['malformed-body', 400],
  ['payload credential', 401],
  ['invalid-payload', 422],
] as const;
type Fault = (typeof faults)[number][0];

const body = (wrong: ReadonlySet<Fault>): string => {
  if (wrong.has('body-too-large')) return `{${' '.repeat(100)}`;
  if (wrong.has('malformed-body')) return '{';
  const key = wrong.has('payload credential') ? 'other' : 'payload-key-1';
  return JSON.stringify(wrong.has('invalid-payload') ? { key } : { key, id: 1 });
};

/** A delivery with exactly these faults, and how often its body was asked for. */
const wrongIn = (...list: Fault[]): { readonly request: IncomingDelivery; readonly reads: () => number } => {
  const wrong = new Set(list);
  const readBody = jest.fn(() => new TextEncoder().encode(body(wrong)));
  const request = incoming(
    {},
    {
      method: wrong.has('method-not-allowed') ? 'PUT' : 'POST',
      path: wrong.has('unknown-source') ? '/other' : '/platform',
      socketAddress: wrong.has('address-not-allowed') ? '203.0.113.1' : '198.51.100.7',
      headers: headersFromRaw([
        'x-token',
        wrong.has('credential-invalid') ? 'other' : 'header-token-1',
        ...(wrong.has('unsupported-encoding') ? ['content-encoding', 'gzip'] : []),
      ]),
      readBody,
    },
  );
  return { request, reads: () => readBody.mock.calls.length };
};

const pairs = faults.flatMap(([first, status], index) =>
  faults.slice(index + 1).map(([second]) => ({ first, second, status })),
);

test('a delivery without fault passes', async () => {
  expect(answerOf(await webhooks.receive(wrongIn().request))).toEqual(['ignored', 200]);
});

test.each(pairs)('of $first and $second, the first is found', async ({ first, second, status }) => {
  validated.mockClear();
  const { request, reads } = wrongIn(first, second);
  const code = first === 'payload credential' ? 'credential-invalid' : first;
  expect(answerOf(await webhooks.receive(request))).toEqual([code, status]);
  const readsNothing = ['method-not-allowed', 'unknown-source', 'address-not-allowed', 'unsupported-encoding'];
  expect(reads()).toBe(readsNothing.includes(first) ? 0 : 1);
  expect(validated).not.toHaveBeenCalled();
});

test('nothing is parsed before it is authentic', async () => {
  const parse = jest.spyOn(JSON, 'parse');
  try {
    await webhooks.receive(wrongIn('credential-invalid').request);
    expect(parse).not.toHaveBeenCalled();
    await webhooks.receive(wrongIn().request);
    expect(parse).toHaveBeenCalledTimes(1);
  } finally {
    parse.mockRestore();
  }
});

test('a length that announces too much is refused before a byte is read', async () => {
  const { request, reads } = wrongIn();
  const announced = { ...request, headers: headersFromRaw(['content-length', '51']) };
  expect(answerOf(await webhooks.receive(announced))).toEqual(['body-too-large', 413]);
  expect(reads()).toBe(0);
});
