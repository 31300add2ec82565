import { jest } from '@jest/globals';
import { createWebhooks } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers';
import { findRedis } from '../../../tests/services/redis.ts';
import { acceptance, handling } from './fixtures.ts';
import { runProcess } from './run-process.ts';
import { createTestStorage, type TestStorage } from './storage.ts';

jest.setTimeout(30_000);

const service = await findRedis();
afterAll(() => service?.stop());
let storage: TestStorage;

(service === undefined ? describe.skip : describe)('Processes that die', () => {
  beforeEach(() => {
    storage = createTestStorage(service?.url ?? '');
  });
  afterEach(() => storage.remove());
  const queueKey = (name: string): string => `{${storage.prefix}}:queue:${name}`;

  test('an event whose process died before it could queue it is found by another', async () => {
    const died = await runProcess('accept-and-die', [service?.url ?? '', storage.prefix, 'orphan']);
    expect(died).toEqual({ code: null, signal: 'SIGKILL', output: '' });
    expect(await storage.redis.zrange(`{${storage.prefix}}:outbox`, 0, -1)).toEqual(['job-1 subject ignite video:1']);
    expect(await storage.redis.exists(queueKey('job-1'))).toBe(0);
    const inbox = await storage.open({ sweepMs: 50 });
    const { all, worker } = handling(1);
    await inbox.start(worker);
    expect(await all).toEqual(['orphan.0']);
    expect(await storage.redis.zcard(`{${storage.prefix}}:outbox`)).toBe(0);
  });

  test('events whose jobs are gone, queue and all, are found when a worker starts', async () => {
    const receiving = await storage.open();
    for (const id of ['a', 'b', 'c']) await receiving.accept(acceptance({ id, subject: `ignite video:${id}` }));
    await receiving.stop({ timeoutMs: 1 });
    expect(await storage.redis.exists(queueKey('job-1'), queueKey('job-2'), queueKey('job-3'))).toBe(3);
    await storage.redis.del(await storage.redis.keys(queueKey('*')));
    const inbox = await storage.open();
    const { all, worker } = handling(3);
    await inbox.start(worker);
    expect([...(await all)].sort()).toEqual(['a.0', 'b.0', 'c.0']);
  });

  test('an event whose process died while it was handled is handled by another when its lease is over', async () => {
    const inbox = await storage.open({ leaseMs: 400, sweepMs: 50 });
    await inbox.accept(acceptance({ id: 'lost' }));
    const died = await runProcess('begin-and-die', [service?.url ?? '', storage.prefix, '400']);
    expect(died.signal).toBe('SIGKILL');
    expect((await inbox.get('lost'))?.events.map(({ attempts, status }) => [attempts, status])).toEqual([
      [1, 'running'],
    ]);
    const attempts: number[] = [];
    const { all, worker } = handling(1, (_id, attempt) => {
      attempts.push(attempt);
      return { kind: 'handled' };
    });
    await inbox.start(worker);
    expect(await all).toEqual(['lost.0']);
    await until(async () => (await inbox.get('lost'))?.events[0]?.status === 'handled');
    expect(attempts).toEqual([2]);
    expect((await inbox.attempts('lost.0')).map(({ endedAt, number }) => [number, endedAt === undefined])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('an event whose process died is handled by a process that lives no longer than a drain', async () => {
    const inbox = await storage.open();
    await inbox.accept(acceptance({ id: 'lost' }));
    await runProcess('begin-and-die', [service?.url ?? '', storage.prefix, '30000']);
    // why: so it is an hour later, without a wait.
    await storage.redis.del(queueKey('job-1:lock'), queueKey('stalled-check'));
    const webhooks = createWebhooks({
      sources: { ignite: ignite({ secret: 'whsec_test_secret_0001' }) },
      inbox: await storage.open(),
      logger: false,
    });
    webhooks.on('*', () => undefined);
    try {
      expect(await webhooks.drain()).toEqual({ events: 1, isTimeUp: false });
    } finally {
      await webhooks.stop();
    }
    expect((await inbox.get('lost'))?.events[0]?.status).toBe('handled');
  });

  test('an event that kills its process each time goes to the dead letters after its last attempt', async () => {
    const inbox = await storage.open({ leaseMs: 400, sweepMs: 50 });
    await inbox.accept(acceptance({ id: 'deadly', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
    await runProcess('begin-and-die', [service?.url ?? '', storage.prefix, '400']);
    const { all, worker } = handling(1);
    const told: unknown[] = [];
    await inbox.start({
      ...worker,
      retryDelayMs: () => undefined,
      abandoned: (event, { body, id }, attempts) => told.push([event.id, event.attempts, id, body.length, attempts]),
    });
    expect(await all).toEqual(['next.0']);
    expect(told).toEqual([['deadly.0', 1, 'deadly', 1, 1]]);
    expect((await inbox.get('deadly'))?.events.map(({ attempts, status }) => [attempts, status])).toEqual([
      [1, 'dead'],
    ]);
  });

  test('a handler whose lease is lost is told so, and what it says then changes nothing', async () => {
    const inbox = await storage.open({ leaseMs: 400 });
    await inbox.accept(acceptance({ id: 'taken' }));
    const told: boolean[] = [];
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { all, worker } = handling(2, async (id, attempt, signal) => {
      if (id === 'other.0') return { kind: 'handled' };
      if (attempt === 1) {
        await storage.redis.set(queueKey('job-1:lock'), 'another', 'PX', 300);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        told.push(signal.aborted);
        await until(async () => (await inbox.attempts('taken.0')).length === 2);
        end();
        return { kind: 'failed', error: 'late', retryInMs: undefined };
      }
      await ended;
      // why: what the first attempt has to say goes the same way, and is there before the answer to these.
      for (let turn = 0; turn < 20; turn += 1) await inbox.stats();
      return { kind: 'handled' };
    });
    await inbox.start(worker);
    await inbox.accept(acceptance({ id: 'other' }));
    await all;
    await until(async () => (await inbox.get('taken'))?.events[0]?.status === 'handled');
    expect(told).toEqual([true]);
    expect((await inbox.attempts('taken.0')).map(({ error }) => error)).toEqual([undefined, undefined]);
  });

  test('a process whose lease is lost takes no further event of the subject, though its handler went well', async () => {
    const inbox = await storage.open({ leaseMs: 400 });
    for (const id of ['first', 'second']) await inbox.accept(acceptance({ id, subject: 'ignite video:1' }));
    const { all, seen, worker } = handling(2, async (id) => {
      if (id === 'first.0') await storage.redis.set(queueKey('job-1:lock'), 'another', 'PX', 60_000);
      return { kind: 'handled' };
    });
    await inbox.start(worker);
    await until(async () => (await inbox.get('first'))?.events[0]?.status === 'handled');
    for (let turn = 0; turn < 20; turn += 1) await inbox.stats();
    expect(seen).toEqual(['first.0']);
    await storage.redis.del(queueKey('job-1:lock'));
    expect(await all).toEqual(['first.0', 'second.0']);
  });
});

/** Asks until it is so. */
const until = async (ask: () => Promise<boolean>): Promise<void> => {
  while (!(await ask())) await new Promise((resolve) => setImmediate(resolve));
};

test('without a server everything is refused, nothing crashes and no secret is told', async () => {
  const secret = 's3cret%2Fpassword';
  const { code, output, signal } = await runProcess('without-server', [`redis://someone:${secret}@127.0.0.1:1/0`]);
  expect([code, signal]).toEqual([0, null]);
  expect(output.match(/code: 'inbox-unavailable'/g)).toHaveLength(3);
  expect(output).toContain('MEDIAHOOKS_REDIS_UNREACHABLE');
  expect(output).toContain('The end.');
  expect(output).not.toContain('It worked.');
  for (const part of [secret, decodeURIComponent(secret), 'someone']) expect(output).not.toContain(part);
});
