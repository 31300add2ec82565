import { jest } from '@jest/globals';
import { findRedis } from '../../../tests/services/redis.ts';
import { acceptance, handling } from './fixtures.ts';
import { createTestStorage } from './storage.ts';

jest.setTimeout(30_000);

const service = await findRedis();
afterAll(() => service?.stop());

const names = { source: 'ignite', type: 'video.updated', subject: 'ignite video:1' };

(service === undefined ? describe.skip : describe)('an event that cannot be read', () => {
  test.each([
    ['payload is no JSON', 'hset', ['event:broken.0', 'payload', '{"password": hunter2}'], 'payload', names],
    ['version is no JSON', 'hset', ['event:broken.0', 'version', '{'], 'version', names],
    ['headers are no JSON', 'hset', ['delivery:broken', 'headers', 'authorization hunter2'], 'headers', names],
    ['time is no number', 'hset', ['delivery:broken', 'receivedAt', 'noon'], 'receivedAt', names],
    ['body is gone', 'hdel', ['delivery:broken', 'body'], 'body', names],
    ['source is gone', 'hdel', ['event:broken.0', 'source'], 'source', { type: 'video.updated', subject: undefined }],
    ['delivery is gone', 'del', ['delivery:broken'], 'source', names],
    ['record is gone', 'del', ['event:broken.0'], 'source', { source: '', type: '', subject: undefined }],
  ] as const)('because its %s is a dead letter, told of once, and the others go on', async (...damage) => {
    const [, command, [key, ...args], reason, told] = damage;
    const storage = createTestStorage(service?.url ?? '');
    try {
      const keyOf = (name: string): string => `{${storage.prefix}}:${name}`;
      const inbox = await storage.open();
      await inbox.accept(acceptance({ id: 'broken', subject: 'ignite video:1' }));
      await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
      await storage.redis.call(command, keyOf(key), ...args);
      const { all, worker } = handling(1);
      const heard: unknown[] = [];
      await inbox.start({
        ...worker,
        abandoned: (event, delivery, attempts, unreadable) =>
          heard.push([event, delivery.id, delivery.headers, delivery.body.length, attempts, unreadable]),
      });
      expect(await all).toEqual(['next.0']);
      const error = expect.stringMatching(new RegExp(`^It cannot be read: .*(${reason})`));
      const event = expect.objectContaining({ ...told, id: 'broken.0', status: 'dead', payload: undefined });
      expect(heard).toEqual([[event, 'broken', [], 0, 1, error]]);
      expect(await storage.redis.hget(keyOf('event:broken.0'), 'status')).toBe('dead');
      const attempts = await inbox.attempts('broken.0');
      expect(attempts).toEqual([{ number: 1, startedAt: expect.any(Number), endedAt: expect.any(Number), error }]);
      expect(JSON.stringify([heard, attempts])).not.toContain('hunter2');
      expect((await inbox.stats()).events).toMatchObject({ dead: 1, running: 0 });
    } finally {
      await storage.remove();
    }
  });

  test('because what is counted in it is no number is handled all the same', async () => {
    const storage = createTestStorage(service?.url ?? '');
    try {
      const inbox = await storage.open();
      await inbox.accept(acceptance({ id: 'broken' }));
      const damage = { runAt: 'soon', attempts: 'few', claims: 'none' };
      await storage.redis.hset(`{${storage.prefix}}:event:broken.0`, damage);
      const { all, worker } = handling(1);
      await inbox.start(worker);
      expect(await all).toEqual(['broken.0']);
    } finally {
      await storage.remove();
    }
  });
});
