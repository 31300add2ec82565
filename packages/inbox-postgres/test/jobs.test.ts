import { jest } from '@jest/globals';
import { describeOnPostgres, url } from './database.ts';
import { acceptance, handling, statusOf, until } from './fixtures.ts';
import { sql } from './schemas.ts';

jest.setTimeout(60_000);

describeOnPostgres('Events as jobs', (database) => {
  const { open } = database;

  test.each([
    ['payload is no JSON', (of: string) => `UPDATE ${of}.events SET payload = '{"password": hunter2}'`, 'payload'],
    ['version is no JSON', (of: string) => `UPDATE ${of}.events SET version = '{'`, 'version'],
    ['headers are no JSON', (of: string) => `UPDATE ${of}.deliveries SET headers = 'authorization hunter2'`, 'headers'],
    [
      'delivery is gone',
      (of: string) => `ALTER TABLE ${of}.events DROP CONSTRAINT events_delivery_seq_fkey; DELETE FROM ${of}.deliveries`,
      'deliveryId',
    ],
  ])('an event whose %s is a dead letter, told of once, and the others go on', async (_what, change, reason) => {
    const inbox = open();
    await inbox.accept(acceptance({ id: 'broken', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
    await sql(url, `${change(database.schema)} WHERE id LIKE 'broken%'`);
    const { seen, worker } = handling();
    const told: unknown[] = [];
    await inbox.start({
      ...worker,
      abandoned: (event, delivery, attempts, unreadable) =>
        told.push([event, delivery.body.length, delivery.headers, attempts, unreadable]),
    });
    await until(async () => (await statusOf(inbox, 'next')) === 'handled');
    expect(seen).toEqual(['next.0']);
    const error = expect.stringMatching(new RegExp(`^It cannot be read: .*${reason}`));
    const rows = await sql(
      url,
      `SELECT status, error FROM ${database.schema}.events JOIN ${database.schema}.attempts ON event_seq = events.seq WHERE id = 'broken.0'`,
    );
    expect(rows).toEqual([{ status: 'dead', error }]);
    const event = {
      id: 'broken.0',
      source: 'ignite',
      type: 'video.updated',
      subject: 'ignite video:1',
      status: 'dead',
    };
    expect(told).toEqual([[expect.objectContaining({ ...event, payload: undefined }), 0, [], 1, error]]);
    expect(JSON.stringify([told, rows])).not.toContain('hunter2');
  });

  test('an event whose attempts somebody has set to 0 by hand keeps no other from being claimed', async () => {
    const inbox = open();
    let isFirst = true;
    await inbox.accept(acceptance({ id: 'odd' }));
    const { worker } = handling(() => {
      if (!isFirst) return { kind: 'handled' };
      isFirst = false;
      return { kind: 'failed', error: 'not yet', retryInMs: 1000 };
    });
    await inbox.start(worker);
    await until(async () => (await inbox.attempts('odd.0'))[0]?.endedAt !== undefined);
    await sql(url, `UPDATE ${database.schema}.events SET attempts = 0`);
    await until(async () => (await statusOf(inbox, 'odd')) === 'handled');
    expect((await inbox.attempts('odd.0')).map(({ error, number }) => [number, error])).toEqual([[1, undefined]]);
  }, 10_000);

  test('a job whose event is gone is forgotten', async () => {
    const inbox = open();
    await inbox.accept(acceptance({ id: 'gone' }));
    await sql(url, `DELETE FROM ${database.schema}.deliveries`);
    await inbox.start(handling().worker);
    await until(
      async () => (await sql(url, `SELECT FROM ${database.schema}_pgboss.job WHERE name = 'events'`)).length === 0,
    );
  });

  test('keeps no job of an event that is done with, and one of each that is not', async () => {
    const inbox = open();
    const { worker } = handling((id) =>
      id === 'later.0' ? { kind: 'failed', error: 'not yet', retryInMs: 3_600_000 } : { kind: 'handled' },
    );
    for (const id of ['later', 'behind']) await inbox.accept(acceptance({ id, subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'done' }));
    await inbox.start(worker);
    await until(async () => (await statusOf(inbox, 'done')) === 'handled');
    await until(async () => (await inbox.attempts('later.0'))[0]?.endedAt !== undefined);
    const jobs = await sql(
      url,
      `SELECT data ->> 'event' AS event, state, start_after > now() + interval '59 minutes' AS later,
         keep_until > now() + interval '9 years' AS kept FROM ${database.schema}_pgboss.job WHERE name = 'events'`,
    );
    expect(jobs).toEqual([{ event: 'later.0', state: 'retry', later: true, kept: true }]);
  });
});
