import { runInNewContext } from 'node:vm';
import { createWebhooks, defineProvider, type Logger, type Observer } from '@mediahooks/core';
import { z } from 'zod';
import { incoming, platform, startsAt } from '../platform.ts';
import { settled, standingClock } from '../standing-clock.ts';

const names = ['received', 'rejected', 'duplicate', 'stale', 'ignored', 'handled', 'failed', 'answered'] as const;

/** An observer whose every hook does this. */
const observer = (hook: (name: (typeof names)[number], ...given: readonly unknown[]) => unknown): Observer =>
  Object.fromEntries(names.map((name) => [name, (...given: unknown[]) => hook(name, ...given)]));

const receiver = (observe: Observer, logger: Logger | false = false) => {
  const clock = standingClock(startsAt);
  const webhooks = createWebhooks({ sources: { platform: platform() }, observe, logger, clock });
  webhooks.on('platform.changed', ({ subject }) => {
    clock.pass(5);
    if (subject === 'item:bad') throw new Error('bad');
  });
  return { webhooks, clock };
};

const story = [
  [{ id: '1', body: '{"id":"a","version":2}' }, 'handled', ['received', 'handled', 'answered']],
  [{ id: '1', body: '{"id":"a","version":2}' }, 'duplicate', ['received', 'duplicate', 'answered']],
  [{ id: '2', body: '{"id":"a","version":1}' }, 'stale', ['received', 'stale', 'answered']],
  [{ id: '3', body: '{"id":"a","type":"deleted"}' }, 'ignored', ['received', 'ignored', 'answered']],
  [{ id: '4', body: '[{"id":"bad"},{"id":"c"}]' }, 'failed', ['received', 'failed', 'handled', 'answered']],
  [{ id: '5', headers: [] }, 'rejected', ['received', 'rejected', 'answered']],
] as const;

test('hooks are told what happens, in order, and how long it took', async () => {
  const told: unknown[][] = [];
  const { webhooks } = receiver(observer((...given) => void told.push(given)));
  for (const [sent, kind, expected] of story) {
    told.length = 0;
    const outcome = await webhooks.receive(incoming(sent));
    expect(outcome.kind).toBe(kind);
    expect(told.map(([name]) => name)).toEqual(expected);
    for (const [, delivery] of told) {
      expect(delivery).toMatchObject({ id: outcome.deliveryId, source: 'platform', address: '198.51.100.7' });
    }
    expect(told.at(-1)?.[2]).toBe(outcome);
  }
});

test('handled and failed carry event, error and duration', async () => {
  const told: unknown[][] = [];
  const { webhooks } = receiver(observer((...given) => void told.push(given)));
  await webhooks.receive(incoming({ body: '[{"id":"bad"},{"id":"c"}]' }));
  expect(told[1]).toEqual([
    'failed',
    expect.anything(),
    expect.objectContaining({ subject: 'item:bad' }),
    new Error('bad'),
    5,
  ]);
  expect(told[2]).toEqual(['handled', expect.anything(), expect.objectContaining({ subject: 'item:c' }), 5]);
  expect(told[3]?.[3]).toBe(10);
});

const kindsWith = async (observe: Observer, logger: Logger | false = false) => {
  const { webhooks } = receiver(observe, logger);
  const kinds: string[] = [];
  for (const [sent] of story) kinds.push((await webhooks.receive(incoming(sent))).kind);
  return kinds;
};
const expected = story.map(([, kind]) => kind);

describe('nothing changes', () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  afterEach(async () => {
    await settled();
    expect(rejections.splice(0)).toEqual([]);
  });

  test('where every hook throws, and the log tells of it', async () => {
    const errors: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (_fields: object, message: string) => void errors.push(message),
    };
    const observe = observer((name) => {
      throw new Error(name);
    });
    expect(await kindsWith(observe, logger)).toEqual(expected);
    expect(errors.filter((message) => message === 'an observe hook failed')).toHaveLength(19);
  });

  test('where every hook rejects', async () => {
    expect(await kindsWith(observer(async (name) => Promise.reject(new Error(name))))).toEqual(expected);
  });

  test('where the logger throws', async () => {
    const broken = () => {
      throw new Error('disk full');
    };
    expect(await kindsWith({}, { debug: broken, info: broken, warn: broken, error: broken })).toEqual(expected);
  });

  test('where the logger rejects', async () => {
    const broken = async () => Promise.reject(new Error('disk full'));
    expect(await kindsWith({}, { debug: broken, info: broken, warn: broken, error: broken })).toEqual(expected);
  });
});

const nameless = Object.assign(new Error('x'), {
  name: 1n,
  message: {
    toString: () => {
      throw new Error();
    },
  },
});
const circular = new AggregateError([]);
circular.errors.push(circular);
circular.cause = circular;

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'text'],
  ['a symbol', Symbol('s')],
  ['an object without prototype', Object.create(null)],
  [
    'an object that has no text',
    {
      toString: () => {
        throw new Error();
      },
    },
  ],
  ['an error that has no text', nameless],
  ['an error that holds itself', circular],
  [
    'a revoked proxy',
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
])('a handler that throws %s has failed, and the log tells of it', async (_what, thrown) => {
  const logged: object[] = [];
  const write = (fields: object) => void logged.push(fields);
  const webhooks = createWebhooks({
    sources: { platform: platform() },
    logger: { debug: write, info: write, warn: write, error: write },
    clock: standingClock(startsAt),
  });
  webhooks.on('*', () => {
    throw thrown;
  });
  const outcome = await webhooks.receive(incoming());
  expect([outcome.kind, outcome.rejection?.code]).toEqual(['failed', 'handler-failed']);
  expect(logged).toHaveLength(1);
  expect(JSON.stringify(logged[0])).toContain('"err":{"name":');
});

test("an error's cause is logged, scrubbed like the error", async () => {
  const logged: object[] = [];
  const write = (fields: object) => void logged.push(fields);
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [],
        schema: z.unknown(),
        types: ['thing'],
        events: (payload) => [{ type: 'thing', payload }],
        redact: ['id'],
        options: { unsafeWithoutVerification: true },
      }),
    },
    logger: { debug: write, info: write, warn: write, error: write },
  });
  webhooks.on('*', () => {
    throw new Error('fetch failed', { cause: new Error('connect ECONNREFUSED with secret-id') });
  });
  await webhooks.receive(incoming({ body: '{"id":"secret-id"}' }));
  expect(logged[0]).toMatchObject({
    err: { message: 'fetch failed', cause: { message: 'connect ECONNREFUSED with [redacted]' } },
  });
});

test('an error of another realm is logged like one of our own', async () => {
  const logged: object[] = [];
  const write = (fields: object) => void logged.push(fields);
  const webhooks = createWebhooks({
    sources: { platform: platform() },
    logger: { debug: write, info: write, warn: write, error: write },
    clock: standingClock(startsAt),
  });
  webhooks.on('*', () => runInNewContext("throw new RangeError('elsewhere')"));
  await webhooks.receive(incoming());
  expect(logged[0]).toMatchObject({
    err: { name: 'RangeError', message: 'elsewhere', stack: expect.stringContaining('RangeError: elsewhere') },
  });
});
