import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { jest } from '@jest/globals';
import type { Inbox } from '@mediahooks/core';
import type { RedisInboxOptions } from '@mediahooks/inbox-redis';
import { findRedis } from '../../../tests/services/redis.ts';
import { acceptance, handling } from './fixtures.ts';
import { createTestStorage, type TestStorage } from './storage.ts';

jest.setTimeout(30_000);

const service = await findRedis();
afterAll(() => service?.stop());
let storage: TestStorage;

(service === undefined ? describe.skip : describe)('A lease that has run out', () => {
  beforeEach(() => {
    storage = createTestStorage(service?.url ?? '');
  });
  afterEach(() => storage.remove());
  const queueKey = (name: string): string => `{${storage.prefix}}:queue:${name}`;

  /** Begins the only attempt at an event; within it, `during` happens. Gives what became of it, and who was told what. */
  const outlive = async (
    options: Pick<RedisInboxOptions, 'concurrency' | 'leaseMs'>,
    during: (inbox: Inbox, signal: AbortSignal) => Promise<void>,
  ): Promise<{ readonly told: readonly string[]; readonly status: unknown; readonly attempts: number }> => {
    const inbox = await storage.open(options);
    await inbox.accept(acceptance({ id: 'long', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
    const told: string[] = [];
    const { all, worker } = handling(2, async (id, attempt, signal) => {
      told.push(`${id} ${attempt}`);
      if (id === 'long.0') await during(inbox, signal);
      told.push(signal.aborted ? 'aborted' : 'done');
      return { kind: 'handled' };
    });
    await inbox.start({ ...worker, retryDelayMs: () => undefined, abandoned: () => void told.push('abandoned') });
    await all;
    await until(async () => (await inbox.get('next'))?.events[0]?.status === 'handled');
    const event = (await inbox.get('long'))?.events[0];
    return { told, status: event?.status, attempts: event?.attempts ?? 0 };
  };
  /** As any process does that finds the lock gone. */
  const putBack = async (): Promise<void> => {
    await storage.redis
      .multi()
      .del(queueKey('job-1:lock'))
      .lrem(queueKey('active'), 1, 'job-1')
      .rpush(queueKey('wait'), 'job-1')
      .zadd(queueKey('marker'), 0, '0')
      .exec();
  };
  const handledOnce = { told: ['long.0 1', 'done', 'next.0 1', 'done'], status: 'handled', attempts: 1 };

  test('is renewed where nobody else has taken the event', async () => {
    const result = await outlive({ leaseMs: 400 }, async (_inbox, signal) => {
      const token = await storage.redis.get(queueKey('job-1:lock'));
      // As if nothing of this process had run for long, and BullMQ were about to put the job back.
      await storage.redis
        .multi()
        .del(queueKey('job-1:lock'), queueKey('stalled-check'))
        .sadd(queueKey('stalled'), 'job-1')
        .exec();
      await until(async () => signal.aborted || (await storage.redis.exists(queueKey('job-1:lock'))) === 1);
      expect(await storage.redis.get(queueKey('job-1:lock'))).toBe(token);
      expect(await storage.redis.lrange(queueKey('active'), 0, -1)).toEqual(['job-1']);
    });
    expect(result).toEqual(handledOnce);
  });

  test('is taken up again by the process that still runs the event, where BullMQ has put the job back', async () => {
    const result = await outlive({ leaseMs: 60_000 }, async (inbox) => {
      await putBack();
      await until(async () => (await storage.redis.exists(queueKey('job-1:lock'))) === 1);
      // why: the event has been buried, or not, by the time these are answered.
      for (let turn = 0; turn < 50; turn += 1) await inbox.stats();
    });
    expect(result).toEqual(handledOnce);
  });

  test('while a handler kept the event loop busy aborts nothing', async () => {
    const result = await outlive({ leaseMs: 2000 }, async (inbox) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4500);
      await until(async () => (await storage.redis.exists(queueKey('job-1:lock'))) === 1);
      for (let turn = 0; turn < 50; turn += 1) await inbox.stats();
    });
    expect(result).toEqual(handledOnce);
  });

  test('is not lost to another turn of its own process, which has the job but not asked for the event yet', async () => {
    const result = await outlive({ leaseMs: 400 }, async (_inbox, signal) => {
      const token = await storage.redis.get(queueKey('job-1:lock'));
      // As BullMQ does when it takes the job for the same process once more, before that has come to hear of it.
      await storage.redis.set(queueKey('job-1:lock'), `${token}999`, 'PX', 300);
      await until(async () => signal.aborted || (await storage.redis.get(queueKey('job-1:lock'))) === token);
    });
    expect(result).toEqual(handledOnce);
  });

  test('is not ended by a process that found the event lost, and has lost the job to its runner since', async () => {
    const result = await outlive({ leaseMs: 60_000, concurrency: 1 }, async () => {
      const token = (await storage.redis.get(queueKey('job-1:lock'))) ?? '';
      const other = await storage.open();
      let ended = (): void => undefined;
      const asked = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const told: string[] = [];
      await other.start({
        ...handling(1).worker,
        abandoned: () => void told.push('abandoned'),
        retryDelayMs() {
          // As if the other slept here, and its own lock ran out: the runner has renewed its own when it goes on.
          setNow(queueKey('job-1:lock'), token);
          ended();
          return undefined;
        },
      });
      await putBack();
      await asked;
      await other.stop({ timeoutMs: 1000 });
      expect(told).toEqual([]);
    });
    expect(result).toEqual(handledOnce);
  });

  test('is not renewed where another has taken the event since, though that has lost its lock too', async () => {
    const { told } = await outlive({ leaseMs: 400 }, async (_inbox, signal) => {
      await storage.redis
        .multi()
        .hincrby(`{${storage.prefix}}:event:long.0`, 'claims', 1)
        .del(queueKey('job-1:lock'))
        .exec();
      await until(async () => signal.aborted);
    });
    expect(told).toEqual(['long.0 1', 'aborted', 'abandoned', 'next.0 1', 'done']);
  });
});

(service === undefined ? describe.skip : describe)('An end whose answer came too late', () => {
  test('does not keep the next event of the subject waiting', async () => {
    const own = createTestStorage(service?.url ?? '');
    try {
      const inbox = await own.open({ timeoutMs: 200 });
      for (const id of ['first', 'next']) await inbox.accept(acceptance({ id, subject: 'ignite video:1' }));
      const { all, seen, worker } = handling(2, (id) => {
        // As a handler beside it does that keeps the event loop busy: what was written down is known only when it is too late.
        if (id === 'first.0') setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400));
        return { kind: 'handled' };
      });
      await inbox.start(worker);
      await all;
      expect(seen).toEqual(['first.0', 'next.0']);
    } finally {
      await own.remove();
    }
  }, 10_000);
});

/** Before anything else of this process happens. */
const setNow = (key: string, value: string): void => {
  const script = `
    import { Redis } from 'ioredis';
    const [, url, key, value] = process.argv;
    const redis = new Redis(url);
    await redis.set(key, value, 'PX', 60_000);
    redis.disconnect();`;
  const args = ['--input-type=module', '--eval', script, service?.url ?? '', key, value];
  execFileSync(process.execPath, args, { cwd: import.meta.dirname });
};

/** Asks until it is so. */
const until = async (ask: () => Promise<boolean>): Promise<void> => {
  while (!(await ask())) await new Promise((resolve) => setImmediate(resolve));
};
