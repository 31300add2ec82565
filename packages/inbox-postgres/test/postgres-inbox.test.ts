import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { createFetchHandler, createWebhooks, type InboxWorker } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';
import pg from 'pg';
import { describeOnPostgres, url } from './database.ts';
import { acceptance, handling, until } from './fixtures.ts';
import { sql } from './schemas.ts';

jest.setTimeout(60_000);

describeOnPostgres('postgresInbox', (database) => {
  const { open } = database;

  test('a stored delivery is answered 202 and handled after; its duplicate is answered 200', async () => {
    const secret = 'whsec_test_secret_0001';
    const inbox = open();
    const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
    const handled: string[] = [];
    webhooks.on('ignite.video.updated', (event) => void handled.push(event.payload.id));
    const handle = createFetchHandler(webhooks);
    const body = JSON.stringify({
      id: 'v1',
      createdAt: '2024-01-15T10:30:00.000Z',
      updatedAt: '2024-01-15T10:30:00.000Z',
    });
    const send = () =>
      handle(
        new Request('http://localhost/webhooks/ignite', {
          method: 'POST',
          body,
          headers: {
            'x-webhook-signature': igniteSignature(secret, body, Date.now()),
            'x-webhook-event': 'video.updated',
            'x-webhook-delivery-id': 'del_1',
          },
        }),
      );
    const answer = await send();
    expect([answer.status, (await answer.json()).outcome]).toEqual([202, 'stored']);
    expect((await send()).status).toBe(200);
    await webhooks.start();
    await until(async () => handled.length === 1);
    expect(handled).toEqual(['v1']);
    await webhooks.stop();
    expect((await send()).status).toBe(503);
  });

  test("works on an application's own pool, whatever parsers that has set, and leaves it open", async () => {
    const pool = new pg.Pool({
      connectionString: url,
      max: 5,
      types: { getTypeParser: (oid, format) => (oid === 20 ? BigInt : pg.types.getTypeParser(oid, format)) },
    });
    const inbox = open({ pool });
    const { worker } = handling();
    await inbox.start(worker);
    await Promise.all(Array.from({ length: 50 }, (_, index) => inbox.accept(acceptance({ id: `delivery-${index}` }))));
    await until(async () => (await inbox.stats()).events.handled === 50);
    expect((await inbox.list({}, { limit: 1 })).cursor).toBeDefined();
    await inbox.stop({ timeoutMs: 1000 });
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(pool.listenerCount('error')).toBe(0);
    await pool.end();
  });

  test('one delivery that cannot be stored does not take those that arrived with it along', async () => {
    const inbox = open();
    await inbox.stats();
    await sql(url, `ALTER TABLE ${database.schema}.deliveries ADD CHECK (id <> 'unwanted')`);
    const accept = (id: string) => {
      const base = acceptance({ id });
      return inbox.accept({ ...base, delivery: { ...base.delivery, query: 'token=s3cret' } });
    };
    const results = await Promise.allSettled(['a', 'unwanted', 'b', 'c'].map(accept));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    // why: what PostgreSQL says of a row that it has refused quotes the row; nothing of it may be told.
    expect(inspect(results[1], { depth: 9 })).toContain('SQLSTATE 23514');
    expect(inspect(results[1], { depth: 9 })).not.toContain('s3cret');
  });

  test('of what another process has encrypted, one without encryption runs nothing, and shows no content', async () => {
    const given = acceptance();
    const { id } = given.delivery;
    await open({ encryption: { key: Buffer.alloc(32, 7) } }).accept(given);
    const keyless = open();
    const { seen, worker } = handling();
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
  });
});
