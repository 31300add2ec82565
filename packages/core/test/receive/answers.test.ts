import {
  BodyError,
  type BodyErrorCode,
  createWebhooks,
  defineProvider,
  headersFromRaw,
  type IncomingDelivery,
  ipAllowlist,
  jwt,
  outcomeResponse,
  rejection,
  rejectionTable,
  urlToken,
} from '@mediahooks/core';
import { z } from 'zod';
import { gate, incoming, platform, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

const thing = {
  name: 'thing',
  schema: z.unknown(),
  types: ['thing'],
  events: (payload: unknown) => [{ type: 'thing', payload }],
};

const receiver = (handler: () => unknown = () => undefined) => {
  const clock = standingClock(startsAt);
  const webhooks = createWebhooks({
    sources: {
      platform: platform(),
      fenced: defineProvider({ ...thing, guards: [ipAllowlist({ ranges: ['203.0.113.7'] })] }),
      tokened: defineProvider({ ...thing, guards: [urlToken({ token: 'url-token-1' })] }),
      offline: defineProvider({
        ...thing,
        guards: [
          jwt({ verify: () => Promise.reject(new Error()), explain: () => rejection('key-set-unavailable', 'No.', 7) }),
        ],
      }),
      careless: defineProvider({
        ...thing,
        guards: [
          jwt({ verify: () => Promise.reject(new Error()), explain: () => rejection('key-set-unavailable', 'No.') }),
        ],
      }),
    },
    maxBodyBytes: 100,
    logger: false,
    clock,
  });
  webhooks.on('platform.changed', handler);
  return { webhooks, clock };
};

const bodyError = (code: BodyErrorCode): Partial<IncomingDelivery> => ({
  readBody: () => {
    throw new BodyError(code, 'For the operator.');
  },
});
const withHeader = (name: string, value: string): Partial<IncomingDelivery> => ({
  headers: headersFromRaw([name, value]),
});
const invalid = '{"id":5}';

// The table of answers, as it is promised: code, status, and headers besides.
const refusals: readonly (readonly [string, IncomingDelivery, string, number, Record<string, string>?])[] = [
  ['no such source', incoming({}, { path: '/other' }), 'unknown-source', 404],
  ['no source at all', incoming({}, { path: '/' }), 'unknown-source', 404],
  ['a segment more', incoming({}, { path: '/platform/x' }), 'unknown-source', 404],
  ['two segments more', incoming({}, { path: '/tokened/url-token-1/x' }), 'unknown-source', 404],
  ['a source in another case', incoming({}, { path: '/Platform' }), 'unknown-source', 404],
  ['a path that cannot be decoded', incoming({}, { path: '/%E0%A4%A' }), 'unknown-source', 404],
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty'].map(
    (name) => [`the path /${name}`, incoming({}, { path: `/${name}` }), 'unknown-source', 404] as const,
  ),
  ...['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'post', ''].map(
    (method) =>
      [`the method ${method}`, incoming({}, { method }), 'method-not-allowed', 405, { allow: 'POST' }] as const,
  ),
  ['an address outside', incoming({}, { path: '/fenced' }), 'address-not-allowed', 403],
  ['no address', incoming({}, { path: '/fenced', socketAddress: undefined }), 'address-not-allowed', 403],
  [
    'a length over the limit',
    incoming({}, withHeader('content-length', '101')),
    'body-too-large',
    413,
    { connection: 'close' },
  ],
  ['a body over the limit', incoming({ body: 'x'.repeat(101) }), 'body-too-large', 413, { connection: 'close' }],
  [
    'a body found over the limit',
    incoming({}, bodyError('body-too-large')),
    'body-too-large',
    413,
    { connection: 'close' },
  ],
  ['a body cut short', incoming({}, bodyError('body-incomplete')), 'body-incomplete', 400, { connection: 'close' }],
  ...['gzip', 'br', 'GZIP', 'identity, gzip', 'x'].map(
    (encoding) =>
      [
        `content-encoding ${encoding}`,
        incoming({}, withHeader('content-encoding', encoding)),
        'unsupported-encoding',
        415,
        { connection: 'close' },
      ] as const,
  ),
  [
    'a second content-encoding',
    incoming({}, { headers: headersFromRaw(['content-encoding', 'identity', 'content-encoding', 'gzip']) }),
    'unsupported-encoding',
    415,
    { connection: 'close' },
  ],
  ['a parser before us', incoming({}, bodyError('body-already-parsed')), 'body-already-parsed', 500],
  ['no signature', incoming({ headers: [] }), 'credential-missing', 401],
  ['a false signature', incoming({ headers: ['x-signature', signature('{"id":"b"}')] }), 'credential-invalid', 401],
  [
    'the signature twice',
    incoming({ headers: ['x-signature', signature('{"id":"a"}'), 'X-Signature', signature('{"id":"a"}')] }),
    'credential-invalid',
    401,
  ],
  ['an old signature', incoming({ timestamp: startsAt - 300_001 }), 'credential-expired', 401],
  [
    'the delivery id twice',
    incoming({ headers: ['x-signature', signature('{"id":"a"}'), 'x-delivery-id', '1', 'x-delivery-id', '1'] }),
    'credential-invalid',
    401,
  ],
  ['the delivery id twice, joined by fetch', incoming({ id: '1, 2' }), 'credential-invalid', 401],
  ['the delivery id twice, joined by a proxy', incoming({ id: '1,2' }), 'credential-invalid', 401],
  ['no JSON', incoming({ body: '{' }), 'malformed-body', 400],
  ['an empty body', incoming({ body: '' }), 'malformed-body', 400],
  ['no UTF-8', incoming({ body: Uint8Array.from([0x22, 0xff, 0x22]) }), 'malformed-body', 400],
  ['another payload', incoming({ body: invalid }), 'invalid-payload', 422],
  [
    'a key set that cannot be fetched',
    incoming({}, { path: '/offline', ...withHeader('authorization', 'Bearer x') }),
    'key-set-unavailable',
    503,
    { 'retry-after': '7' },
  ],
  [
    'the same, with nothing said of when to try again',
    incoming({}, { path: '/careless', ...withHeader('authorization', 'Bearer x') }),
    'key-set-unavailable',
    503,
    { 'retry-after': '10' },
  ],
];

const cases = refusals.map(([title, request, code, status, besides = {}]) => ({
  title,
  request,
  code,
  status,
  besides,
}));

test.each(cases)('$title answers $status $code', async ({ request, code, status, besides }) => {
  const { webhooks, clock } = receiver();
  const outcome = await webhooks.receive(request);
  const answer = outcomeResponse(outcome);
  expect([outcome.kind, outcome.rejection?.code, answer.status]).toEqual(['rejected', code, status]);
  expect(answer.headers).toEqual({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...besides,
  });
  // RFC 9457, and nothing of secrets, expected values or internals: the four members, the text always the same.
  const problem: unknown = JSON.parse(answer.body);
  expect(problem).toEqual({
    status,
    code,
    detail: rejectionTable[outcome.rejection?.code ?? 'internal-error'].detail,
    instance: `urn:uuid:${outcome.deliveryId}`,
  });
  expect(clock.timers).toBe(0);
});

test('an identity encoding, a length at the limit and a body at the limit are taken', async () => {
  const { webhooks } = receiver();
  const body = `{"id":"${'x'.repeat(91)}"}`;
  expect(body).toHaveLength(100);
  const headers = ['x-signature', signature(body), 'content-encoding', 'Identity', 'content-length', '100'];
  expect((await webhooks.receive(incoming({ body, headers }))).kind).toBe('handled');
});

describe('accepted', () => {
  const accepted = async (outcome: Promise<Parameters<typeof outcomeResponse>[0]>, kind: string, status: number) => {
    const answer = outcomeResponse(await outcome);
    expect(answer.status).toBe(status);
    expect(answer.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(answer.body)).toEqual({ outcome: kind, delivery: (await outcome).deliveryId });
  };

  test('handled, duplicate, stale and ignored answer 200', async () => {
    const { webhooks } = receiver();
    const newest = incoming({ body: '{"id":"a","version":2}', id: '1' });
    await accepted(webhooks.receive(newest), 'handled', 200);
    await accepted(webhooks.receive(newest), 'duplicate', 200);
    await accepted(webhooks.receive(incoming({ body: '{"id":"a","version":1}', id: '2' })), 'stale', 200);
    await accepted(webhooks.receive(incoming({ body: '{"id":"b","type":"deleted"}' })), 'ignored', 200);
    await accepted(webhooks.receive(incoming({ body: '[]' })), 'ignored', 200);
    await accepted(webhooks.receive(incoming({}, { path: '/tokened/url-token-1' })), 'ignored', 200);
    await accepted(webhooks.receive(incoming({}, { path: '//tokened//url%2Dtoken%2D1/' })), 'ignored', 200);
  });

  test('still handling at the deadline answers 202', async () => {
    const { passed, open } = gate();
    const { webhooks, clock } = receiver(() => passed);
    const outcome = webhooks.receive(incoming());
    await Promise.resolve();
    await new Promise(setImmediate);
    clock.pass(25_000);
    await accepted(outcome, 'handling', 202);
    open();
  });

  test('stored answers 202', () => {
    const stored = { kind: 'stored', deliveryId: '1', source: 'platform', events: [] } as const;
    expect(outcomeResponse(stored).status).toBe(202);
  });
});

test('the same delivery while it is being handled answers 409, and a handler that throws 500', async () => {
  const { passed, open } = gate();
  const { webhooks } = receiver(() => passed);
  const first = webhooks.receive(incoming({ id: '1' }));
  await new Promise(setImmediate);
  const second = await webhooks.receive(incoming({ id: '1' }));
  expect([second.rejection?.code, outcomeResponse(second).status]).toEqual(['in-progress', 409]);
  open();
  expect((await first).kind).toBe('handled');

  const failing = receiver(() => {
    throw new Error('the database password is hunter2');
  });
  const outcome = await failing.webhooks.receive(incoming());
  const answer = outcomeResponse(outcome);
  expect([outcome.kind, outcome.rejection?.code, answer.status]).toEqual(['failed', 'handler-failed', 500]);
  expect(answer.body).not.toContain('hunter2');
});

test('every answer is ASCII, and every code has a status of 4xx or 5xx', () => {
  for (const [code, { status, detail }] of Object.entries(rejectionTable)) {
    expect(`${code}${detail}`).toMatch(/^[ -~]+$/);
    expect(status >= 400 && status < 600).toBe(true);
  }
});

test('an answer has headers of its own: what is added to them is in no other', () => {
  const outcome = { kind: 'handled', deliveryId: 'one', source: 'platform', events: [] } as const;
  Object.assign(outcomeResponse(outcome).headers, { 'set-cookie': 'of one sender' });
  expect(outcomeResponse(outcome).headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
});
