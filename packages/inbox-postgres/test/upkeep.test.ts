import { jest } from '@jest/globals';
import { describeOnPostgres, url } from './database.ts';
import { acceptance, rejected } from './fixtures.ts';
import { sql } from './schemas.ts';

jest.setTimeout(60_000);

describeOnPostgres('What an operator does', (database) => {
  const { open } = database;

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
      `INSERT INTO ${database.schema}.deliveries (id, source, received_at, outcome, query, headers, body)
       SELECT n, 'ignite', n / 7, CASE n % 11 WHEN 0 THEN 'quarantined' ELSE 'stored' END, '', '[]', '' FROM generate_series(1, ${count}) AS n`,
    );
    await sql(
      url,
      `INSERT INTO ${database.schema}.events (id, delivery_seq, received_at, source, type, type_key, name, payload, status, run_at)
       SELECT id || '.0', seq, received_at, source, 'ignite.a', 'ignite.a', 'a', '{}',
         CASE id::int % 3 WHEN 0 THEN 'dead' WHEN 1 THEN 'handled' ELSE 'waiting' END, 0 FROM ${database.schema}.deliveries`,
    );
    await sql(
      url,
      `INSERT INTO ${database.schema}.delivery_keys (key, delivery_id, expires_at)
       SELECT 'key ' || n, 'a', CASE n WHEN 1 THEN ${Number.MAX_SAFE_INTEGER} ELSE 1 END FROM generate_series(1, 10500) AS n`,
    );
    const before = 180;
    const total = async (where = ''): Promise<number> =>
      Number((await sql(url, `SELECT count(*) AS n FROM ${database.schema}.deliveries ${where}`))[0]?.n);
    const staying = await total(`WHERE received_at >= ${before} OR id::int % 11 = 0 OR id::int % 3 <> 1`);
    expect(await inbox.prune({ before })).toBe(count - staying);
    expect(await total()).toBe(staying);
    // What is dead and what is quarantined goes too where that is asked for; what waits for its handler never does.
    await inbox.prune({ before, unresolved: true });
    const waiting = await total(`WHERE received_at < ${before} AND id::int % 3 = 2`);
    expect(waiting).toBe((before * 7) / 3);
    expect(await total(`WHERE received_at < ${before}`)).toBe(waiting);
    expect(await sql(url, `SELECT key FROM ${database.schema}.delivery_keys`)).toEqual([{ key: 'key 1' }]);
  });
});
