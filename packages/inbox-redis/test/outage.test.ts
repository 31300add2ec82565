import { jest } from '@jest/globals';
import { createWebhooks } from '@mediahooks/core';
import type { RedisWarning } from '@mediahooks/inbox-redis';
import { tpstreams } from '@mediahooks/providers';
import { canStartRedis, createRedisServer, type RedisServer } from '../../../tests/services/redis.ts';
import { acceptance, handling, rejected } from './fixtures.ts';
import { createTestStorage, type TestStorage } from './storage.ts';

jest.setTimeout(60_000);

const safest = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
let server: RedisServer;
let storage: TestStorage;

(canStartRedis() ? describe : describe.skip)('Redis that is away', () => {
  beforeEach(async () => {
    server = await createRedisServer(safest);
    storage = createTestStorage(server.url);
  });
  afterEach(async () => {
    server.resume();
    storage.redis.disconnect();
    await storage.close();
    await server.stop();
  });

  test('is told of by drain, which goes on when the server is there', async () => {
    const webhooks = createWebhooks({
      sources: { tpstreams: tpstreams({ token: 'a-token' }) },
      inbox: await storage.open(),
      logger: false,
    });
    webhooks.on('*', () => undefined);
    expect((await rejected(webhooks.drain({ idleMs: 10 }))).code).toBe('inbox-unavailable');
    await server.start();
    await untilAccepted(() => webhooks.drain({ idleMs: 10 }));
    await webhooks.stop();
  });

  test('refuses deliveries within 5 seconds while the server is not there, and takes them when it is', async () => {
    const inbox = await storage.open();
    const first = await rejected(inbox.accept(acceptance({ keys: ['k'], subject: 'ignite video:1' })));
    expect(first.code).toBe('inbox-unavailable');
    expect(first.afterMs).toBeLessThan(5000);
    const next = await rejected(inbox.accept(acceptance()));
    expect(next.code).toBe('inbox-unavailable');
    expect(next.afterMs).toBeLessThan(100);
    await server.start();
    await untilAccepted(() => inbox.accept(acceptance({ keys: ['k'] })));
  });

  test('refuses deliveries while the server hangs, waits with few of them, and goes on when it answers again', async () => {
    await server.start();
    const inbox = await storage.open({ maxQueued: 20 });
    await inbox.accept(acceptance());
    server.pause();
    const body = new Uint8Array(100_000);
    const startedAt = Date.now();
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        rejected(inbox.accept(acceptance({ body, ...(index % 2 === 0 && { subject: 'ignite video:1' }) }))),
      ),
    );
    expect(Date.now() - startedAt).toBeLessThan(5000);
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set(['inbox-unavailable']));
    expect(results.filter(({ afterMs }) => afterMs > 1000).length).toBeLessThanOrEqual(40);
    server.resume();
    await untilAccepted(() => inbox.accept(acceptance()));
  });

  test('loses nothing it has answered when the server is killed, and handles it when that is back', async () => {
    await server.start();
    const inbox = await storage.open({ timeoutMs: 500 });
    const accepted: string[] = [];
    const refused: string[] = [];
    const send = async (index: number): Promise<void> => {
      const id = `delivery-${index}`;
      await inbox.accept(acceptance({ id, subject: `ignite video:${index % 7}` })).then(
        () => accepted.push(id),
        () => refused.push(id),
      );
    };
    for (let round = 0; round < 20; round += 1) {
      if (round === 10) void server.kill();
      await Promise.all(Array.from({ length: 20 }, (_, index) => send(round * 20 + index)));
    }
    expect(accepted.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    const { seen, worker } = handling(accepted.length);
    await inbox.start(worker);
    expect(seen).toEqual([]);
    await server.start();
    await untilHandled(inbox, accepted);
  });

  test('handles what comes after a restart, and what a handler was at meanwhile only once', async () => {
    await server.start();
    const inbox = await storage.open({ timeoutMs: 500 });
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      const { worker } = handling(1, async (id) => {
        if (id === 'slow.0') {
          resolve();
          await gate;
        }
        return { kind: 'handled' };
      });
      void inbox.start(worker);
    });
    await inbox.accept(acceptance({ id: 'slow', subject: 'ignite video:1' }));
    await begun;
    await server.kill();
    finish();
    await server.start();
    await untilAccepted(() => inbox.accept(acceptance({ id: 'later', subject: 'ignite video:1' })));
    await untilHandled(inbox, ['slow', 'later']);
    expect((await inbox.attempts('slow.0')).map(({ error, number }) => [number, error])).toEqual([[1, undefined]]);
  });

  test('for longer than a lease aborts handlers, and what obeys is tried again as its worker says', async () => {
    await server.start();
    const inbox = await storage.open({ timeoutMs: 2000, leaseMs: 400 });
    const told: string[] = [];
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let abort: () => void = () => undefined;
    const aborted = new Promise<void>((resolve) => {
      abort = resolve;
    });
    const { worker } = handling(1, async (_id, attempt, signal) => {
      told.push(`attempt ${attempt}`);
      if (attempt > 1) return { kind: 'handled' };
      begin();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      abort();
      return { kind: 'failed', error: 'It was aborted.', retryInMs: 10 };
    });
    await inbox.accept(acceptance({ id: 'one' }));
    await inbox.start({ ...worker, retryDelayMs: () => undefined, abandoned: () => void told.push('abandoned') });
    await begun;
    server.pause();
    await aborted;
    server.resume();
    await untilHandled(inbox, ['one']);
    expect(told).toEqual(['attempt 1', 'attempt 2']);
    expect((await inbox.attempts('one.0')).map(({ error }) => error)).toEqual(['It was aborted.', undefined]);
  });

  test('says once that the server is away, and each time it is away again', async () => {
    const warnings: RedisWarning[] = [];
    await server.start();
    const inbox = await storage.open({ timeoutMs: 2000, onWarning: (warning) => warnings.push(warning) });
    // why: what is under way may be refused before the connection is known to be gone, and at once: without a turn of the event loop
    // in between, it would never be known.
    const untilWarned = async (count: number): Promise<void> => {
      for (let turn = 0; turn < 100_000 && warnings.length < count; turn += 1) {
        await rejected(inbox.accept(acceptance()));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await inbox.accept(acceptance());
    expect(warnings).toEqual([]);
    await server.kill();
    await untilWarned(1);
    await rejected(inbox.accept(acceptance()));
    expect(warnings.map(({ code }) => code)).toEqual(['MEDIAHOOKS_REDIS_UNREACHABLE']);
    await server.start();
    await untilAccepted(() => inbox.accept(acceptance()));
    await server.kill();
    await untilWarned(2);
    await rejected(inbox.accept(acceptance()));
    expect(warnings.map(({ code }) => code)).toEqual(['MEDIAHOOKS_REDIS_UNREACHABLE', 'MEDIAHOOKS_REDIS_UNREACHABLE']);
  });

  test('stops in time although the server is away', async () => {
    await server.start();
    const inbox = await storage.open({ timeoutMs: 500 });
    const begun = new Promise<void>((resolve) => {
      const { worker } = handling(1, () => {
        resolve();
        return new Promise(() => undefined);
      });
      void inbox.start(worker);
    });
    await inbox.accept(acceptance());
    await begun;
    await server.kill();
    const startedAt = Date.now();
    await inbox.stop({ timeoutMs: 10 });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

const untilAccepted = async (accept: () => Promise<unknown>): Promise<void> => {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    try {
      await accept();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

const untilHandled = async (
  inbox: { get(id: string): Promise<{ events: readonly { status: string }[] } | undefined> },
  ids: readonly string[],
): Promise<void> => {
  const giveUpAt = Date.now() + 40_000;
  for (;;) {
    const kept = await Promise.all(ids.map((id) => inbox.get(id).catch(() => undefined)));
    const left = kept.filter((one) => !one?.events.every(({ status }) => status === 'handled'));
    if (left.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`${left.length} are not handled: ${JSON.stringify(left[0])}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
