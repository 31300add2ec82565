import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import {
  type Clock,
  createFetchHandler,
  createWebhooks,
  type Inbox,
  type InboxFilter,
  systemClock,
} from '@mediahooks/core';
import { type PostgresInboxOptions, postgresInbox } from '@mediahooks/inbox-postgres';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';
import pg from 'pg';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { migrate, newestVersion } from '../src/schema.ts';
import { acceptance, handling, rejected, statusOf, until } from './fixtures.ts';
import { dropSchema, newSchema, sql } from './schemas.ts';

jest.setTimeout(60_000);

const service = await findPostgres();
const url = service?.url ?? '';
afterAll(async () => service?.stop());

let schema: string;
let opened: Inbox[];

const open = (options: Partial<PostgresInboxOptions> = {}): Inbox => {
  const database = options.pool === undefined ? { connectionString: url } : {};
  const inbox = postgresInbox({ ...database, schema, pollMs: 50, onWarning: () => undefined, ...options });
  opened.push(inbox);
  return inbox;
};

(service === undefined ? describe.skip : describe)('postgresInbox', () => {
  beforeEach(() => {
    schema = newSchema();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
    await dropSchema(url, schema);
  });

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

  test('many processes that open an empty database at once make its tables once', async () => {
    const inboxes = Array.from({ length: 6 }, () => open({ maxConnections: 5 }));
    // why a question, and not a delivery: that would be tried again.
    const stats = await Promise.all(inboxes.map((inbox) => inbox.stats()));
    expect(stats.map(({ deliveries }) => deliveries.stored)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await sql(url, `SELECT version FROM ${schema}.schema_version`)).toEqual([{ version: newestVersion }]);
  });

  test('brings an older schema forward', async () => {
    await sql(
      url,
      `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.schema_version (version integer NOT NULL);
       INSERT INTO ${schema}.schema_version VALUES (0)`,
    );
    expect((await open().accept(acceptance())).kind).toBe('stored');
    expect(await sql(url, `SELECT version FROM ${schema}.schema_version`)).toEqual([{ version: newestVersion }]);
  });

  test('brings forward what is known of subjects, as if heard of now', async () => {
    const at = Date.now();
    await migrate({ query: (text, values) => sql(url, text, values) }, schema, 1);
    await sql(url, `INSERT INTO ${schema}.subjects (subject_key, version) VALUES ('ignite video:1', '7')`);
    const inbox = open();
    const version = async () => {
      let found: unknown;
      await inbox.accept({
        ...acceptance({ subject: 'ignite video:1' }),
        plan(known) {
          found = known.get('ignite video:1')?.version;
          return { events: [], subjects: new Map() };
        },
      });
      return found;
    };
    await inbox.prune({ before: at });
    expect(await version()).toBe(7);
    await inbox.prune({ before: Date.now() + 3_600_001 });
    expect(await version()).toBeUndefined();
  });

  test('answers every filter for what was stored before lists were in the order of receiving', async () => {
    await migrate({ query: (text, values) => sql(url, text, values) }, schema, 2);
    const at = 1_700_000_000_000;
    const long = 'x'.repeat(101);
    // Stored in another order than received.
    for (const after of [2, 0, 1]) {
      const subject = `gcore video:a:${after === 1 ? long : 'b'}`;
      await sql(
        url,
        `WITH kept AS (INSERT INTO ${schema}.deliveries (id, source, received_at, outcome, query, headers, body)
           VALUES ($1, 'gcore', $2, 'stored', '', '[]', '') RETURNING seq)
         INSERT INTO ${schema}.events (id, delivery_seq, source, type, type_key, name, payload, subject, subject_key, status, run_at)
         SELECT $1 || '.0', seq, 'gcore', 'a', 'a', 'a', '{}', $3, $3, 'stale', 0 FROM kept`,
        [`delivery-${after}`, at + after, subject],
      );
    }
    const inbox = open();
    const ids = async (filter: InboxFilter) =>
      (await inbox.list(filter, { limit: 10 })).deliveries.map(({ id }) => id.slice(-1)).join('');
    for (const filter of [
      {},
      { source: 'gcore' },
      { type: 'a' },
      { status: 'stale' },
      { outcome: 'stored' },
    ] as const) {
      expect(await ids(filter)).toBe('210');
    }
    expect(await ids({ subject: 'gcore video:a:b' })).toBe('20');
    expect(await ids({ text: 'a:b' })).toBe('20');
    expect(await ids({ text: `video:a:${long}` })).toBe('1');
    expect(await ids({ text: 'delivery-1' })).toBe('1');
    expect(await ids({ from: at + 1, until: at + 2 })).toBe('1');
    expect((await inbox.events({ subject: 'gcore video:a:b' }, { limit: 10 })).events).toHaveLength(2);
  });

  test('refuses a schema of a newer release, and leaves it as it is', async () => {
    const before = open();
    await before.accept(acceptance({ id: 'kept' }));
    await sql(url, `UPDATE ${schema}.schema_version SET version = 99`);
    const inbox = open();
    const refused = await rejected(inbox.start(handling().worker));
    expect(refused.code).toBe('inbox-too-new');
    expect(refused.message).toContain(schema);
    expect((await rejected(inbox.accept(acceptance()))).code).toBe('inbox-too-new');
    expect(await sql(url, `SELECT id FROM ${schema}.deliveries`)).toEqual([{ id: 'kept' }]);
    await sql(url, `UPDATE ${schema}.schema_version SET version = ${newestVersion}`);
    await inbox.start(handling().worker);
    await until(async () => (await statusOf(inbox, 'kept')) === 'handled');
  });

  test('refuses to start on a database that does not exist, or does not keep every character', async () => {
    const missing = new URL(url);
    missing.pathname = '/no_such_database';
    const refused = await rejected(open({ connectionString: missing.href }).start(handling().worker));
    expect([refused.code, refused.message]).toEqual(['inbox-unusable', expect.stringContaining('no_such_database')]);
    expect(refused.message.match(/SQLSTATE 3D000/g)).toHaveLength(1);
    await sql(url, `CREATE DATABASE ${schema} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    const latin = new URL(url);
    latin.pathname = `/${schema}`;
    const encoding = await rejected(open({ connectionString: latin.href }).start(handling().worker));
    expect([encoding.code, encoding.message]).toEqual(['inbox-unusable', expect.stringContaining('LATIN1')]);
    await sql(url, `DROP DATABASE ${schema} WITH (FORCE)`);
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
    await sql(url, `ALTER TABLE ${schema}.deliveries ADD CHECK (id <> 'unwanted')`);
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
    await sql(url, `${change(schema)} WHERE id LIKE 'broken%'`);
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
      `SELECT status, error FROM ${schema}.events JOIN ${schema}.attempts ON event_seq = events.seq WHERE id = 'broken.0'`,
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
    await sql(url, `UPDATE ${schema}.events SET attempts = 0`);
    await until(async () => (await statusOf(inbox, 'odd')) === 'handled');
    expect((await inbox.attempts('odd.0')).map(({ error, number }) => [number, error])).toEqual([[1, undefined]]);
  }, 10_000);

  test('a job whose event is gone is forgotten', async () => {
    const inbox = open();
    await inbox.accept(acceptance({ id: 'gone' }));
    await sql(url, `DELETE FROM ${schema}.deliveries`);
    await inbox.start(handling().worker);
    await until(async () => (await sql(url, `SELECT FROM ${schema}_pgboss.job WHERE name = 'events'`)).length === 0);
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
         keep_until > now() + interval '9 years' AS kept FROM ${schema}_pgboss.job WHERE name = 'events'`,
    );
    expect(jobs).toEqual([{ event: 'later.0', state: 'retry', later: true, kept: true }]);
  });

  test('stopped while it is being started leaves no timer that would keep the process', async () => {
    const { clock, timers } = countedTimers();
    const inbox = open({ clock });
    const starting = inbox.start(handling().worker);
    await inbox.stop({ timeoutMs: 1 });
    await starting;
    expect(timers.size).toBe(0);
  });

  test('stopped while a lease is being renewed leaves no timer, though the handler never ends', async () => {
    const { clock, timers } = countedTimers();
    const inbox = open({ clock, timeoutMs: 1500 });
    await inbox.accept(acceptance({ id: 'endless' }));
    const begun = new Promise<void>((resolve) => {
      void inbox.start(
        handling(() => {
          resolve();
          return new Promise(() => undefined);
        }).worker,
      );
    });
    await begun;
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await other.query(`BEGIN; SELECT FROM ${schema}_pgboss.job FOR UPDATE`);
      for (const { callback, ms } of timers) if (ms === 3333) callback();
      await inbox.stop({ timeoutMs: 1 });
    } finally {
      await other.end();
    }
    expect([...timers].map(({ ms }) => ms)).toEqual([]);
  });

  test('two replays of a quarantined delivery at the same time make its events once', async () => {
    const inbox = open();
    const one = acceptance({ id: 'bad' });
    await inbox.keep(one.delivery, 'quarantined', { code: 'invalid-payload', hint: 'id: expected string.' });
    const results = await Promise.all([inbox.release(one), inbox.release(one)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'stored']);
    expect((await inbox.get('bad'))?.events).toHaveLength(1);
    expect((await rejected(inbox.release(acceptance({ id: 'nobody' })))).message).toContain('nobody');
  });

  test('old deliveries are removed from among those that stay, in steps; and keys that have expired', async () => {
    const inbox = open();
    await inbox.stats();
    const count = 1400;
    // why divided: several were received at the same time, at the end of a step too.
    await sql(
      url,
      `INSERT INTO ${schema}.deliveries (id, source, received_at, outcome, query, headers, body)
       SELECT n, 'ignite', n / 7, CASE n % 11 WHEN 0 THEN 'quarantined' ELSE 'stored' END, '', '[]', '' FROM generate_series(1, ${count}) AS n`,
    );
    await sql(
      url,
      `INSERT INTO ${schema}.events (id, delivery_seq, received_at, source, type, type_key, name, payload, status, run_at)
       SELECT id || '.0', seq, received_at, source, 'ignite.a', 'ignite.a', 'a', '{}',
         CASE id::int % 3 WHEN 0 THEN 'dead' WHEN 1 THEN 'handled' ELSE 'waiting' END, 0 FROM ${schema}.deliveries`,
    );
    await sql(
      url,
      `INSERT INTO ${schema}.delivery_keys (key, delivery_id, expires_at)
       SELECT 'key ' || n, 'a', CASE n WHEN 1 THEN ${Number.MAX_SAFE_INTEGER} ELSE 1 END FROM generate_series(1, 10500) AS n`,
    );
    const before = 180;
    const total = async (where = ''): Promise<number> =>
      Number((await sql(url, `SELECT count(*) AS n FROM ${schema}.deliveries ${where}`))[0]?.n);
    const staying = await total(`WHERE received_at >= ${before} OR id::int % 11 = 0 OR id::int % 3 <> 1`);
    expect(await inbox.prune({ before })).toBe(count - staying);
    expect(await total()).toBe(staying);
    // What is dead and what is quarantined goes too where that is asked for; what waits for its handler never does.
    await inbox.prune({ before, unresolved: true });
    const waiting = await total(`WHERE received_at < ${before} AND id::int % 3 = 2`);
    expect(waiting).toBe((before * 7) / 3);
    expect(await total(`WHERE received_at < ${before}`)).toBe(waiting);
    expect(await sql(url, `SELECT key FROM ${schema}.delivery_keys`)).toEqual([{ key: 'key 1' }]);
  });
});

interface Timer {
  readonly ms: number;
  readonly callback: () => void;
}

/** A clock, and the timers that are set by it. */
const countedTimers = (): { readonly clock: Clock; readonly timers: ReadonlySet<Timer> } => {
  const timers = new Set<Timer>();
  const clock: Clock = {
    now: () => Date.now(),
    after(ms, callback) {
      const run = (): void => {
        cancel();
        callback();
      };
      const timer = { ms, callback: run };
      timers.add(timer);
      const cancelTimer = systemClock.after(ms, run);
      const cancel = (): void => {
        timers.delete(timer);
        cancelTimer();
      };
      return cancel;
    },
  };
  return { clock, timers };
};
