import { jest } from '@jest/globals';
import type { InboxWorker } from '@mediahooks/core';
import { redisInbox } from '@mediahooks/inbox-redis';
import { findRedis } from '../../../tests/services/redis.ts';
import { acceptance, handling } from './fixtures.ts';
import { createTestStorage } from './storage.ts';

jest.setTimeout(30_000);

const service = await findRedis();
afterAll(() => service?.stop());

describe('redisInbox', () => {
  test.each([
    ['neither url nor connection', {}, 'url'],
    ['a url that is missing', { url: undefined }, 'url'],
    ['a url of another protocol', { url: 'http://127.0.0.1/secret' }, 'url'],
    ['a url without a host', { url: 'redis:secret' }, 'url'],
    ['a url with a database that is no number', { url: 'redis://h/secret' }, 'url'],
    ['both url and connection', { url: 'redis://h', connection: { host: 'h' } }, 'url'],
    ['a connection with a keyPrefix', { connection: { host: 'h', keyPrefix: 'x' } }, 'keyPrefix'],
    ['a prefix with braces', { url: 'redis://h', prefix: '{a}' }, 'prefix'],
    ['an empty prefix', { url: 'redis://h', prefix: '' }, 'prefix'],
    ['a concurrency of nothing', { url: 'redis://h', concurrency: 0 }, 'concurrency'],
  ])('refuses %s', (_name, options, named) => {
    const make = () => redisInbox(JSON.parse(JSON.stringify(options)));
    expect(make).toThrow(expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining(named) }));
    expect(make).not.toThrow('secret');
  });

  test('refuses an option that does not exist', () => {
    const misspelt = { url: 'redis://h', prefx: 'a' };
    expect(() => redisInbox(misspelt)).toThrow(expect.objectContaining({ code: 'option-unknown' }));
  });

  test('connects when it is first used, not before', async () => {
    const inbox = redisInbox({ url: 'redis://127.0.0.1:1', onWarning: () => expect('a warning').toBe('none') });
    await new Promise((resolve) => setImmediate(resolve));
    await inbox.stop({ timeoutMs: 1 });
    await expect(inbox.stats()).rejects.toMatchObject({ code: 'inbox-unavailable', message: 'The inbox is closed.' });
  });
});

(service === undefined ? describe.skip : describe)('What Redis keeps', () => {
  test('a delivery that a broken connection has sent twice is kept once', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const inbox = await storage.open();
    const once = acceptance({ keys: ['k'] });
    expect((await inbox.accept(once)).kind).toBe('stored');
    expect((await inbox.accept(once)).kind).toBe('stored');
    const { deliveries, events } = await inbox.stats();
    expect([deliveries.stored, deliveries.duplicate, events.pending]).toEqual([1, 0, 1]);
    await storage.remove();
  });

  test('an event whose job was left in the outbox by a machine whose clock was ahead is handled all the same', async () => {
    const storage = createTestStorage(service?.url ?? '');
    try {
      const root = `{${storage.prefix}}`;
      const left = await storage.open();
      await left.accept(acceptance({ id: 'a' }));
      await left.stop({ timeoutMs: 1 });
      // As if it had died before BullMQ had the job.
      const queued = await storage.redis.keys(`${root}:queue:*`);
      if (queued.length > 0) await storage.redis.del(...queued);
      await storage.redis.zadd(`${root}:outbox`, Date.now() + 3_600_000, 'job-1 event a.0');
      const inbox = await storage.open({ sweepMs: 50 });
      const { all, worker } = handling(1);
      await inbox.start(worker);
      expect(await all).toEqual(['a.0']);
    } finally {
      await storage.remove();
    }
  });

  test('no key of a delivery that it has refused', async () => {
    const storage = createTestStorage(service?.url ?? '');
    try {
      const inbox = await storage.open();
      const refused = acceptance({ keys: ['k'] });
      await expect(inbox.accept({ ...refused, keysExpireAt: 1e300 })).rejects.toMatchObject({
        code: 'inbox-unavailable',
      });
      expect((await inbox.accept(refused)).kind).toBe('stored');
    } finally {
      await storage.remove();
    }
  });

  test('a plan is made once for a subject that is new or was heard of here, and again where another process has changed it', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const [here, there] = [await storage.open(), await storage.open()];
    const subject = 'ignite video:1';
    const versionsGiven = async (inbox: typeof here, version: number, bytes = 2) => {
      const given: unknown[] = [];
      await inbox.accept({
        ...acceptance({ body: new TextEncoder().encode(`"${'x'.repeat(bytes)}"`) }),
        subjects: [subject],
        plan(known) {
          given.push(known.get(subject)?.version);
          return { events: [], subjects: new Map([[subject, { state: undefined, version }]]) };
        },
      });
      return given;
    };
    expect(await versionsGiven(here, 1)).toEqual([undefined]);
    expect(await versionsGiven(here, 2)).toEqual([1]);
    expect(await versionsGiven(there, 3)).toEqual([undefined, 2]);
    expect(await versionsGiven(here, 4)).toEqual([2, 3]);
    // What would be long to send twice is sent once.
    const third = await storage.open();
    expect(await versionsGiven(third, 5, 100_000)).toEqual([4]);
    await here.prune({ before: Date.now() + 9_000_000 });
    expect(await versionsGiven(third, 6)).toEqual([5, undefined]);
    await storage.remove();
  });

  test('pages through thousands of deliveries of one millisecond, each once', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const inbox = await storage.open();
    const receivedAt = 1_700_000_000_000;
    for (let batch = 0; batch < 12; batch += 1) {
      await Promise.all(Array.from({ length: 500 }, () => inbox.accept(acceptance({ receivedAt }))));
    }
    const seen = new Set<string>();
    let cursor: string | undefined;
    let count = 0;
    do {
      const filter = { from: receivedAt, until: receivedAt + 1, source: 'ignite' };
      const page = await inbox.list(filter, { limit: 700, ...(cursor !== undefined && { cursor }) });
      for (const { id } of page.deliveries) seen.add(id);
      count += page.deliveries.length;
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect([seen.size, count]).toEqual([6000, 6000]);
    expect((await inbox.list({ until: receivedAt }, { limit: 1 })).deliveries).toEqual([]);
    expect((await inbox.list({ from: receivedAt + 1 }, { limit: 1 })).deliveries).toEqual([]);
    await storage.remove();
  });

  test('leaves nothing behind when everything is pruned but the counters, which end by themselves, and what is known of subjects', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const inbox = await storage.open();
    for (let index = 0; index < 450; index += 1) await inbox.accept(acceptance({ id: `d${index}` }));
    for (let index = 0; index < 449; index += 1) await inbox.discard(`d${index}`);
    expect(await inbox.prune({ before: Date.now() + 1000 })).toBe(449);
    expect(await inbox.discard('d449')).toBe(1);
    expect(await inbox.prune({ before: Date.now() + 1000 })).toBe(1);
    await inbox.stop({ timeoutMs: 1 });
    const keys = await storage.redis.keys(`{${storage.prefix}}:*`);
    const names = keys.map((key) => key.slice(storage.prefix.length + 3)).filter((key) => !key.startsWith('queue:'));
    const counted = names.filter((key) => key.startsWith('activity:'));
    for (const key of counted) expect(await storage.redis.ttl(`{${storage.prefix}}:${key}`)).toBeGreaterThan(0);
    expect(names.filter((key) => !counted.includes(key)).sort()).toEqual(['generation', 'seq', 'stats']);
    await storage.remove();
  });

  test('of what another process has encrypted, one without encryption runs nothing, and shows no content', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const encrypting = await storage.open({ encryption: { key: Buffer.alloc(32, 7) } });
    const given = acceptance();
    const { id } = given.delivery;
    await encrypting.accept(given);
    const keyless = await storage.open();
    const { seen, worker } = handling(1);
    const failed = new Promise<unknown[]>((resolve) => {
      const unreadable: InboxWorker['unreadable'] = ({ payload }, { headers }, error) => {
        resolve([payload, headers, error]);
        return { kind: 'failed', error: String(error), retryInMs: 60_000 };
      };
      keyless.start({ ...worker, unreadable });
    });
    expect(await failed).toMatchObject([undefined, [], { code: 'decryption-failed' }]);
    expect(seen).toEqual([]);
    const unreadable = expect.stringContaining('no "encryption" configured');
    expect(await keyless.list({}, { limit: 5 })).toMatchObject({
      deliveries: [{ id, events: [{ payload: undefined, unreadable }] }],
    });
    await expect(keyless.load(id)).rejects.toMatchObject({ code: 'decryption-failed', message: unreadable });
    await storage.remove();
  });
});
