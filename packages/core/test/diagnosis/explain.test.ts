import {
  createWebhooks,
  defineProvider,
  headersFromRaw,
  ipAllowlist,
  payloadToken,
  rejection,
  urlToken,
} from '@mediahooks/core';
import { z } from 'zod';
import { incoming, platform, secret, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

const setUp = () => {
  const told: string[] = [];
  const clock = standingClock(startsAt);
  const log = (_fields: object, message: string): void => void told.push(message);
  const webhooks = createWebhooks({
    sources: {
      platform: platform(),
      addressed: defineProvider({
        name: 'addressed',
        guards: [
          ipAllowlist({ ranges: ['192.0.2.0/24'] }),
          urlToken({ token: 'url-token-0001' }),
          payloadToken({ field: 'key', token: 'payload-token-0001' }),
        ],
        schema: z.looseObject({ id: z.string() }),
        types: ['thing'],
        events: (payload) => [{ type: 'thing', payload }],
      }),
    },
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    observe: {
      received: () => void told.push('received'),
      rejected: () => void told.push('rejected'),
      answered: () => void told.push('answered'),
    },
  });
  return { webhooks, clock, told };
};

test('says that a request is accepted, by which checks, and with which events, the secret fields redacted', async () => {
  const { webhooks } = setUp();
  const body = JSON.stringify({ id: 'a', version: 3, streamKey: 'stream-key-0001', type: 'new-one' });
  expect(await webhooks.explain(incoming({ body }))).toEqual({
    accepted: true,
    source: 'platform',
    passed: [
      { name: 'method' },
      { name: 'source' },
      { name: 'size' },
      { name: 'body' },
      { name: 'credential', guard: 'hmac' },
      { name: 'json' },
      { name: 'schema' },
    ],
    events: [
      {
        source: 'platform',
        type: 'unknown',
        name: 'new-one',
        payload: [{ id: 'a', version: 3, streamKey: '[redacted]', type: 'new-one' }],
        subject: 'item:a',
        version: 3,
      },
    ],
  });
});

test('handles nothing, tells nobody, and does not make the real delivery a duplicate', async () => {
  const { webhooks, told } = setUp();
  const handled: string[] = [];
  webhooks.on('*', ({ id }) => void handled.push(id));
  await webhooks.explain(incoming());
  await webhooks.explain(incoming({}, { method: 'PUT' }));
  await webhooks.explain(incoming({ headers: [] }));
  expect(handled).toEqual([]);
  expect(told).toEqual([]);
  expect((await webhooks.receive(incoming())).kind).toBe('handled');
  expect(handled).toHaveLength(1);
});

const addressed = (exchanged: object = {}, body = '{"id":"a","key":"payload-token-0001"}') =>
  incoming(
    { body, headers: [] },
    { path: '/addressed', query: 'token=url-token-0001', socketAddress: '192.0.2.1', ...exchanged },
  );

describe('names the check that failed, and those passed before:', () => {
  const addressedSteps = ['method', 'source', 'address ip-allowlist', 'size', 'body', 'credential url-token', 'json'];
  test.each([
    ['another method', addressed({ method: 'PUT' }), 'method-not-allowed', 'method', 0],
    ['no source of that name', addressed({ path: '/elsewhere' }), 'unknown-source', 'source', 1],
    ['another address', addressed({ socketAddress: '192.0.3.1' }), 'address-not-allowed', 'address ip-allowlist', 2],
    [
      'a compressed body',
      addressed({ headers: headersFromRaw(['content-encoding', 'gzip']) }),
      'unsupported-encoding',
      'size',
      3,
    ],
    [
      'a length over the limit',
      addressed({ headers: headersFromRaw(['content-length', '9999999']) }),
      'body-too-large',
      'size',
      3,
    ],
    ['more bytes than the limit', addressed({}, 'x'.repeat(2_000_000)), 'body-too-large', 'body', 4],
    ['no token in the URL', addressed({ query: '' }), 'credential-missing', 'credential url-token', 5],
    ['no JSON', addressed({}, '{'), 'malformed-body', 'json', 6],
    ['no token in the payload', addressed({}, '{"id":"a"}'), 'credential-missing', 'credential payload-token', 7],
    ['another payload', addressed({}, '{"id":1,"key":"payload-token-0001"}'), 'invalid-payload', 'schema', 8],
  ])('%s', async (_what, request, code, failed, count) => {
    const { webhooks } = setUp();
    const explanation = await webhooks.explain(request);
    if (explanation.accepted) throw new Error('It was accepted.');
    const text = ({ name, guard }: { name: string; guard?: string }): string =>
      guard === undefined ? name : `${name} ${guard}`;
    expect(explanation.rejection.code).toBe(code);
    expect(text(explanation.failed)).toBe(failed);
    expect(explanation.passed.map(text)).toEqual([...addressedSteps, 'credential payload-token'].slice(0, count));
  });
});

test('names a guard of yours that refuses by a code of another check', async () => {
  const refusing = defineProvider({
    name: 'refusing',
    guards: [
      {
        name: 'network',
        stage: 'credential',
        places: {},
        check: () => ({ refused: rejection('address-not-allowed', 'Not from there.') }),
      },
    ],
    schema: z.unknown(),
    types: ['thing'],
    events: () => [],
  });
  const webhooks = createWebhooks({ sources: { refusing }, logger: false });
  expect(await webhooks.explain(incoming({}, { path: '/refusing' }))).toMatchObject({
    passed: [{ name: 'method' }, { name: 'source' }, { name: 'size' }, { name: 'body' }],
    failed: { name: 'credential', guard: 'network' },
    rejection: { code: 'address-not-allowed' },
  });
});

test('judges a captured request by when it was received, if that is said', async () => {
  const { webhooks, clock } = setUp();
  clock.pass(86_400_000);
  const captured = () => incoming({ timestamp: startsAt });
  expect(await webhooks.explain(captured())).toMatchObject({
    accepted: false,
    rejection: { code: 'credential-expired' },
  });
  expect(await webhooks.explain(captured(), { receivedAt: startsAt + 1000 })).toMatchObject({ accepted: true });
});

test('says what broke where the receiver itself fails, without a secret', async () => {
  const webhooks = createWebhooks({
    sources: {
      platform: platform(),
      broken: defineProvider({
        name: 'broken',
        guards: [urlToken({ token: 'url-token-0001' })],
        schema: z.unknown(),
        types: ['thing'],
        events: () => {
          throw new Error(`no way with ${secret}`);
        },
      }),
    },
    logger: false,
  });
  expect(await webhooks.explain(incoming({}, { path: '/broken/url-token-0001' }))).toMatchObject({
    accepted: false,
    failed: { name: 'schema' },
    rejection: { code: 'internal-error', hint: 'The receiver itself failed: no way with [redacted]' },
  });
});

test('looks into each refusal, as often as it is asked', async () => {
  const { webhooks } = setUp();
  for (let round = 0; round < 100; round += 1) {
    const explanation = await webhooks.explain(incoming({}, { path: '/platfrom' }));
    expect(explanation).toMatchObject({ rejection: { code: 'unknown-source', cause: 'source-misspelt' } });
  }
});

test('a genuine signature of another body stays refused', async () => {
  const { webhooks } = setUp();
  const explanation = await webhooks.explain(incoming({ headers: ['X-Signature', signature('{"id":"b"}')] }));
  expect(explanation).toMatchObject({ accepted: false, rejection: { code: 'credential-invalid' } });
});
