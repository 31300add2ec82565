import { jest } from '@jest/globals';
import type { InboxFilter } from '@mediahooks/core';
import { migrate, newestVersion } from '../src/schema.ts';
import { describeOnPostgres, url } from './database.ts';
import { acceptance, handling, rejected, statusOf, until } from './fixtures.ts';
import { sql } from './schemas.ts';

jest.setTimeout(60_000);

describeOnPostgres('The tables', (database) => {
  const { open } = database;

  test('many processes that open an empty database at once make its tables once', async () => {
    const inboxes = Array.from({ length: 6 }, () => open({ maxConnections: 5 }));
    // why a question, and not a delivery: that would be tried again.
    const stats = await Promise.all(inboxes.map((inbox) => inbox.stats()));
    expect(stats.map(({ deliveries }) => deliveries.stored)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await sql(url, `SELECT version FROM ${database.schema}.schema_version`)).toEqual([
      { version: newestVersion },
    ]);
  });

  test('brings an older schema forward', async () => {
    await sql(
      url,
      `CREATE SCHEMA ${database.schema}; CREATE TABLE ${database.schema}.schema_version (version integer NOT NULL);
       INSERT INTO ${database.schema}.schema_version VALUES (0)`,
    );
    expect((await open().accept(acceptance())).kind).toBe('stored');
    expect(await sql(url, `SELECT version FROM ${database.schema}.schema_version`)).toEqual([
      { version: newestVersion },
    ]);
  });

  test('brings forward what is known of subjects, as if heard of now', async () => {
    const at = Date.now();
    await migrate({ query: (text, values) => sql(url, text, values) }, database.schema, 1);
    await sql(url, `INSERT INTO ${database.schema}.subjects (subject_key, version) VALUES ('ignite video:1', '7')`);
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
    await migrate({ query: (text, values) => sql(url, text, values) }, database.schema, 2);
    const at = 1_700_000_000_000;
    const long = 'x'.repeat(101);
    // Stored in another order than received.
    for (const after of [2, 0, 1]) {
      const subject = `gcore video:a:${after === 1 ? long : 'b'}`;
      await sql(
        url,
        `WITH kept AS (INSERT INTO ${database.schema}.deliveries (id, source, received_at, outcome, query, headers, body)
           VALUES ($1, 'gcore', $2, 'stored', '', '[]', '') RETURNING seq)
         INSERT INTO ${database.schema}.events (id, delivery_seq, source, type, type_key, name, payload, subject, subject_key, status, run_at)
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
    await sql(url, `UPDATE ${database.schema}.schema_version SET version = 99`);
    const inbox = open();
    const refused = await rejected(inbox.start(handling().worker));
    expect(refused.code).toBe('inbox-too-new');
    expect(refused.message).toContain(database.schema);
    expect((await rejected(inbox.accept(acceptance()))).code).toBe('inbox-too-new');
    expect(await sql(url, `SELECT id FROM ${database.schema}.deliveries`)).toEqual([{ id: 'kept' }]);
    await sql(url, `UPDATE ${database.schema}.schema_version SET version = ${newestVersion}`);
    await inbox.start(handling().worker);
    await until(async () => (await statusOf(inbox, 'kept')) === 'handled');
  });

  test('refuses to start on a database that does not exist, or does not keep every character', async () => {
    const missing = new URL(url);
    missing.pathname = '/no_such_database';
    const refused = await rejected(open({ connectionString: missing.href }).start(handling().worker));
    expect([refused.code, refused.message]).toEqual(['inbox-unusable', expect.stringContaining('no_such_database')]);
    expect(refused.message.match(/SQLSTATE 3D000/g)).toHaveLength(1);
    await sql(url, `CREATE DATABASE ${database.schema} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    const latin = new URL(url);
    latin.pathname = `/${database.schema}`;
    const encoding = await rejected(open({ connectionString: latin.href }).start(handling().worker));
    expect([encoding.code, encoding.message]).toEqual(['inbox-unusable', expect.stringContaining('LATIN1')]);
    await sql(url, `DROP DATABASE ${database.schema} WITH (FORCE)`);
  });
});
