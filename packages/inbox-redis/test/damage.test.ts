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

(service === undefined ? describe.skip : describe)('what was damaged', () => {
  const whole = { id: 'broken.0', deliveryId: 'broken', ...names, status: 'pending' };
  const payload = { id: 'broken' };

  test.each([
    ['payload', 'hset', ['event:broken.0', 'payload', '{"password": hunter2}'], { ...whole, payload: undefined }, 1],
    ['version', 'hset', ['event:broken.0', 'version', 'hunter2'], { ...whole, payload }, 1],
    ['previous', 'hset', ['event:broken.0', 'previous', 'hunter2'], { ...whole, payload }, 1],
    ['status', 'hset', ['event:broken.0', 'status', 'hunter2'], { ...whole, payload, status: 'dead' }, 1],
    ['runAt', 'hset', ['event:broken.0', 'runAt', 'hunter2'], { ...whole, payload, runAt: 0 }, 1],
    ['record', 'del', ['event:broken.0'], { id: 'broken.0', deliveryId: 'broken', source: '', status: 'dead' }, 0],
  ] as const)('in the %s of an event is left out where it is shown, and hides no other', async (...given) => {
    const [field, command, [key, ...args], expected, changeable] = given;
    const storage = createTestStorage(service?.url ?? '');
    try {
      const inbox = await storage.open();
      await inbox.accept(acceptance({ id: 'broken', subject: 'ignite video:1' }));
      await inbox.accept(acceptance({ id: 'whole', subject: 'ignite video:1' }));
      await storage.redis.call(command, `{${storage.prefix}}:${key}`, ...args);
      const why = field === 'record' ? 'status' : field;
      const unreadable = expect.stringMatching(new RegExp(`^It cannot be read: .*(as |no )${why} `));
      const event = expect.objectContaining({ ...expected, unreadable });
      const shown = expect.objectContaining({ id: 'broken', source: 'ignite', outcome: 'stored', events: [event] });
      const { deliveries } = await inbox.list({}, { limit: 10 });
      expect(deliveries).toEqual([expect.objectContaining({ id: 'whole' }), shown]);
      expect(await inbox.get('broken')).toEqual(shown);
      const { events } = await inbox.events({ subject: 'ignite video:1' }, { limit: 10 });
      expect(events[0]).not.toHaveProperty('unreadable');
      expect(events.slice(1)).toEqual(field === 'record' ? [] : [event]);
      expect(JSON.stringify([deliveries, events])).not.toContain('hunter2');
      expect([await inbox.discard('broken'), await inbox.requeue('broken')]).toEqual([changeable, changeable]);
      // Whatever was done to it, its subject goes on.
      const { all, worker } = handling(1);
      await inbox.start(worker);
      expect((await all)[0]).toBe('whole.0');
    } finally {
      await storage.remove();
    }
  });

  test('in a delivery is left out where it is shown, and found; it cannot be loaded, and can be pruned', async () => {
    const storage = createTestStorage(service?.url ?? '');
    const keyOf = (id: string): string => `{${storage.prefix}}:delivery:${id}`;
    try {
      const inbox = await storage.open();
      for (const id of ['kept-1', 'kept-2', 'kept-3', 'kept-4']) {
        await inbox.keep(acceptance({ id }).delivery, 'quarantined', { code: 'invalid-payload', hint: 'a' });
      }
      await inbox.accept(acceptance({ id: 'gone' }));
      await storage.redis.del(keyOf('gone'));
      const damage = { outcome: 'hunter2', rejection: '{"code": hunter2', receivedAt: 'hunter2', headers: 'hunter2' };
      await storage.redis.hset(keyOf('kept-1'), damage);
      await storage.redis.hdel(keyOf('kept-2'), 'source', 'receivedAt');
      await storage.redis.del(keyOf('kept-3'));
      await storage.redis.set(keyOf('kept-3'), 'hunter2');
      const { deliveries } = await inbox.list({}, { limit: 10 });
      expect(deliveries.map(({ id, outcome, unreadable }) => [id, outcome, unreadable?.slice(0, 18)])).toEqual([
        ['gone', 'stored', 'It cannot be read:'],
        ['kept-4', 'quarantined', undefined],
        ['kept-3', 'quarantined', 'It cannot be read:'],
        ['kept-2', 'quarantined', 'It cannot be read:'],
        ['kept-1', 'quarantined', 'It cannot be read:'],
      ]);
      await storage.redis.del(keyOf('kept-3'));
      const found = (await inbox.list({ text: 'kept-' }, { limit: 10 })).deliveries;
      expect(found.map(({ id }) => id)).toEqual(['kept-4', 'kept-2', 'kept-1']);
      for (const id of ['kept-1', 'gone']) {
        const error = await inbox.load(id).catch((one: unknown) => one);
        expect(error).toMatchObject({ code: 'delivery-unreadable', message: expect.stringContaining(id) });
        expect(String(error)).not.toContain('hunter2');
      }
      expect(await inbox.load('nobody')).toBeUndefined();
      expect(JSON.stringify([deliveries, found])).not.toContain('hunter2');
      await inbox.prune({ before: Date.now() + 3_600_000, unresolved: true });
      expect((await inbox.list({}, { limit: 10 })).deliveries).toEqual([]);
    } finally {
      await storage.remove();
    }
  });

  test.each(['hunter2', '7'])('in what is known of a subject is as if nothing were (%s)', async (damage) => {
    const storage = createTestStorage(service?.url ?? '');
    try {
      const inbox = await storage.open();
      const accept = async (): Promise<unknown> => {
        let found: unknown = 'not asked for';
        const one = acceptance({ subject: 'ignite video:1' });
        const record = { state: { is: 'live' }, version: 7 };
        await inbox.accept({
          ...one,
          plan(known) {
            found = known.get('ignite video:1')?.version;
            return { ...one.plan(known), subjects: new Map([['ignite video:1', record]]) };
          },
        });
        return found;
      };
      await accept();
      await storage.redis.hset(`{${storage.prefix}}:subjects`, 'ignite video:1', damage);
      expect([await accept(), await accept()]).toEqual([undefined, 7]);
    } finally {
      await storage.remove();
    }
  });
});
