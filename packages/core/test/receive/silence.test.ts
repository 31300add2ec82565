import { jest } from '@jest/globals';
import {
  createWebhooks,
  defineProvider,
  headersFromRaw,
  headerToken,
  hmac,
  type IncomingDelivery,
  jwt,
  type Logger,
  outcomeResponse,
  payloadToken,
  rejection,
  urlToken,
} from '@mediahooks/core';
import pino from 'pino';
import { z } from 'zod';
import { incoming, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

// What must never be seen in a log, an answer or a rejection. Each has something that JSON or a URL writes differently.
const secrets = {
  hmac: 'hmac"key\\0001/=',
  previous: 'previous-hmac-key-0002',
  token: 'header+token/0003==',
  url: 'url token&0004?',
  payload: 'api"key-0005',
  jwt: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMDA2In0.c2lnbmF0dXJl',
  stream: 'stream"key-0007',
  nested: 's3-secret-0008',
  number: 40_090_009,
  cookie: 'session-0010',
};

const sample = { id: 'a', streamKey: secrets.stream, deep: [{ output: { key: secrets.nested } }] };

const setUp = (logger: Logger, handle: (payload: unknown) => unknown = () => undefined) => {
  const rejections: unknown[] = [];
  const schema = z.looseObject({ id: z.string() }).superRefine((value, context) => {
    // As some schema libraries do, and any refinement may: quoting what was given.
    if (value.id !== 'a')
      context.addIssue({ code: 'custom', path: ['id'], message: `received ${JSON.stringify(value)}` });
  });
  const common = {
    name: 'platform',
    schema,
    types: ['thing'] as const,
    events: (payload: z.infer<typeof schema>) => [{ type: 'thing' as const, payload, subject: payload.id }],
    redact: ['streamKey', 'OUTPUT', 'pin'],
  };
  const webhooks = createWebhooks({
    sources: {
      signed: defineProvider({
        ...common,
        guards: [
          hmac({
            secret: [secrets.hmac, secrets.previous],
            header: 'x-signature',
            fields: { signature: 'v1', timestamp: 't' },
            timestampUnit: 'ms',
          }),
        ],
      }),
      tokened: defineProvider({ ...common, guards: [headerToken({ header: 'x-token', token: secrets.token })] }),
      addressed: defineProvider({
        ...common,
        guards: [urlToken({ token: secrets.url }), payloadToken({ field: 'apiKey', token: secrets.payload })],
      }),
      jwted: defineProvider({
        ...common,
        guards: [
          jwt({
            verify: async (token) => {
              if (!token.endsWith('c2lnbmF0dXJl')) throw new Error(token);
            },
          }),
        ],
      }),
      broken: defineProvider({
        ...common,
        guards: [headerToken({ header: 'x-token', token: secrets.token })],
        events: (payload) => {
          throw new Error(`cannot read ${payload.streamKey} sent with ${secrets.token}`);
        },
      }),
    },
    logger,
    clock: standingClock(startsAt),
    observe: {
      rejected: (_delivery, why) => void rejections.push(why),
      handled: (_delivery, event) => {
        throw new Error(`hook saw ${JSON.stringify(event.payload)}`);
      },
    },
  });
  webhooks.on('*', (event) => handle(event.payload));
  return { webhooks, rejections };
};

const body = JSON.stringify(sample);
const keyed = JSON.stringify({ ...sample, apiKey: secrets.payload });
const request = (path: string, headers: readonly string[], exchanged: Partial<IncomingDelivery> = {}, sent = body) =>
  incoming(
    { body: sent },
    {
      path,
      headers: headersFromRaw([...headers, 'Cookie', secrets.cookie, 'Authorization', 'Bearer 0011']),
      ...exchanged,
    },
  );
const url = encodeURIComponent(secrets.url);
const invalid = JSON.stringify({ ...sample, id: 'b', pin: secrets.number });
const sign = (text: string, key = secrets.hmac) => signature(text, startsAt, key);

const deliveries: readonly IncomingDelivery[] = [
  request('/signed', ['x-signature', sign(body)]),
  request('/signed', ['x-signature', sign(body, secrets.previous)]),
  request('/signed', ['x-signature', sign(body, secrets.previous.slice(1))]),
  request('/signed', ['x-signature', secrets.hmac]),
  request('/signed', ['x-signature', `t=${secrets.hmac},v1=${'0'.repeat(64)}`]),
  request('/signed', ['x-signature', sign(invalid)], {}, invalid),
  request('/signed', ['x-signature', sign(`${body}{`)], {}, `${body}{`),
  request('/tokened', ['x-token', secrets.token]),
  request('/tokened', ['x-token', `${secrets.token}x`]),
  request('/tokened', ['x-token', secrets.token, 'x-token', secrets.token]),
  request('/addressed', [], { query: `token=${url}` }, keyed),
  request('/addressed', [], { query: `token=${url}x` }),
  request('/addressed', [], { query: `token=${url}` }, JSON.stringify({ ...sample, apiKey: `${secrets.payload}x` })),
  request(`/addressed/${url}`, []),
  request(`/addressed/${url}/x`, []),
  request(`/${url}`, []),
  request(`/${secrets.previous}`, []),
  request(`/webhooks/addressed/${url}`, []),
  request(`/tokened/${url}`, ['x-token', secrets.token]),
  request('/jwted', [], { headers: headersFromRaw(['authorization', `Bearer ${secrets.jwt}`]) }),
  request('/jwted', [], { headers: headersFromRaw(['authorization', `Bearer ${secrets.jwt}x`]) }),
  request('/broken', ['x-token', secrets.token]),
];

/** Every way in which a text may be written down. */
const forms = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  new URLSearchParams([['', text]]).toString().slice(1),
  JSON.stringify(text).slice(1, -1),
  JSON.stringify(JSON.stringify(text)).slice(3, -3),
];

const expectSilence = (written: string): void => {
  expect(written.length).toBeGreaterThan(1000);
  for (const secret of Object.values(secrets)) {
    for (const form of forms(String(secret))) expect(written).not.toContain(form);
  }
  expect(written).not.toMatch(/v1=[0-9a-f]/);
  expect(written).not.toMatch(/[0-9a-f]{64}/);
  expect(written).not.toContain('Bearer 0011');
};

const throwing = (payload: unknown): never => {
  const text = JSON.stringify(payload);
  const cause = new Error(`in a cause: ${secrets.token} ${text}`);
  throw new AggregateError([new Error(`in a list: ${text}`)], `handler saw ${text} and ${secrets.hmac}`, { cause });
};

test('no log line, answer or rejection holds a secret, a token, a signature or a redacted field, whatever happens', async () => {
  for (const handle of [() => undefined, throwing]) {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const { webhooks, rejections } = setUp(logger, handle);
    const kinds: string[] = [];
    for (const delivery of deliveries) {
      const outcome = await webhooks.receive(delivery);
      kinds.push(outcome.rejection?.code ?? outcome.kind);
      lines.push(JSON.stringify(outcomeResponse(outcome)));
      lines.push(JSON.stringify(outcome.events.map(({ delivery: described }) => [...described.headers.entries()])));
      lines.push(...outcome.events.map(({ delivery: described }) => String(described.query)));
    }
    // So that the search below is one through all that can be written.
    expect([...new Set(kinds)].sort()).toEqual([
      'credential-invalid',
      'credential-missing',
      handle === throwing ? 'handler-failed' : 'handled',
      'internal-error',
      'invalid-payload',
      'malformed-body',
      'unknown-source',
    ]);
    lines.push(JSON.stringify(rejections));
    expectSilence(lines.join('\n'));
  }
});

test('the default logger writes refusals and failures, and none of that either', async () => {
  const written: string[] = [];
  const spies = (['warn', 'error', 'log', 'info', 'debug'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...parts) => void written.push(`${level} ${parts.join(' ')}`)),
  );
  try {
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [headerToken({ header: 'x-token', token: secrets.token })],
          schema: z.unknown(),
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload }],
          redact: ['streamKey'],
        }),
      },
    });
    webhooks.on('*', (event) => throwing(event.payload));
    await webhooks.receive(request('/platform', ['x-token', 'wrong']));
    await webhooks.receive(request('/platform', ['x-token', secrets.token], {}, `{"streamKey":"${secrets.nested}"}`));
    expect(written.map((line) => line.split(' {')[0])).toEqual([
      'warn [mediahooks] delivery rejected',
      'error [mediahooks] event failed',
    ]);
    expect(written.join()).toContain('credential-invalid');
    expect(written.join()).not.toContain(secrets.token);
    expect(written.join()).not.toContain(secrets.nested);
    await Promise.all(spies.slice(2).map(async (spy) => expect(spy).not.toHaveBeenCalled()));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});

test('text from outside can start no line and send no control character to the console or into a hint', async () => {
  const nasty = '\r\n\u001b[2J\u009b31m\u2028\u202e\u0000';
  const written: string[] = [];
  const spies = (['warn', 'error'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((line: unknown) => void written.push(String(line))),
  );
  const hints: string[] = [];
  try {
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [],
          schema: z.record(z.string(), z.number()),
          types: ['thing'],
          events: () => [{ type: 'thing', payload: 1, subject: nasty }],
          options: { unsafeWithoutVerification: true },
        }),
      },
      trustProxy: 1,
      observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
    });
    webhooks.on('*', () => {
      throw new Error(nasty);
    });
    const send = (exchanged: Partial<IncomingDelivery>, text = '{}') =>
      webhooks.receive(incoming({ body: text, headers: [] }, exchanged));
    await send({ method: nasty });
    await send({ path: `/${encodeURIComponent(nasty)}` });
    await send({ headers: headersFromRaw(['content-encoding', nasty]) });
    await send({ headers: headersFromRaw(['x-forwarded-for', nasty]) });
    await send({}, JSON.stringify({ [nasty]: 'x' }));
    expect(written).toHaveLength(5);
    expect(hints).toHaveLength(4);
    for (const line of [...written, ...hints]) expect(line).toMatch(/^[ -~]+$/);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});

test('a hint stays short whatever was sent', async () => {
  const hints: string[] = [];
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [],
        schema: z.record(z.string(), z.number()),
        types: ['thing'],
        events: () => [],
        options: { unsafeWithoutVerification: true },
      }),
    },
    logger: false,
    observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
  });
  const long = 'x'.repeat(100_000);
  await webhooks.receive(incoming({}, { method: long }));
  await webhooks.receive(incoming({}, { path: `/${long}` }));
  await webhooks.receive(incoming({ body: JSON.stringify({ [long]: 'x', [`${long}2`]: 'x' }), headers: [] }));
  expect(hints).toHaveLength(3);
  for (const hint of hints) expect(hint.length).toBeLessThan(1500);
});

test('a rejection of the guard itself is scrubbed too', async () => {
  const hints: string[] = [];
  const guard = headerToken({ header: 'x-token', token: secrets.token });
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [{ ...guard, check: () => ({ refused: rejection('credential-invalid', `guessed ${secrets.token}`) }) }],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
    logger: false,
    observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
  });
  const outcome = await webhooks.receive(incoming());
  expect(hints).toEqual(['guessed [redacted]']);
  expect(outcomeResponse(outcome).body).not.toContain('guessed');
});
