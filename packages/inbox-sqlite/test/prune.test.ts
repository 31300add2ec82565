import { DatabaseSync } from 'node:sqlite';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const count = 12_001;
const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;

test('keys that have expired are removed, and no others, in steps', async () => {
  const path = folder.path('inbox.db');
  const inbox = sqliteInbox({ path });
  const file = new DatabaseSync(path);
  file.exec(
    `${numbers} INSERT INTO delivery_keys SELECT 'key ' || n, 'a', CASE n % 3 WHEN 0 THEN ${Number.MAX_SAFE_INTEGER} ELSE 1 END FROM numbers`,
  );
  await inbox.prune({ before: 0 });
  expect(file.prepare('SELECT count(*) AS n, min(expires_at) AS first FROM delivery_keys').get()).toEqual({
    n: 4000,
    first: Number.MAX_SAFE_INTEGER,
  });
  file.close();
  await inbox.stop({ timeoutMs: 0 });
});

test('subjects that nothing was heard of are removed, and no others, in steps', async () => {
  const path = folder.path('inbox.db');
  const inbox = sqliteInbox({ path });
  const file = new DatabaseSync(path);
  file.exec(
    `${numbers} INSERT INTO subjects (prefix, id, version, heard_at) SELECT 'ignite video:', n, '1', n % 3 FROM numbers`,
  );
  await inbox.prune({ before: 2 });
  expect(file.prepare('SELECT count(*) AS n, min(heard_at) AS first FROM subjects').get()).toEqual({
    n: 4000,
    first: 2,
  });
  file.close();
  await inbox.stop({ timeoutMs: 0 });
});

test('old deliveries are removed from among those that stay, in steps', async () => {
  const path = folder.path('inbox.db');
  const inbox = sqliteInbox({ path });
  const file = new DatabaseSync(path);
  // why divided: several were received at the same time, at the end of a step too.
  file.exec(
    `${numbers} INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body) ` +
      "SELECT n, 'delivery ' || n, 'ignite', n / 7, iif(n % 11 = 0, 'quarantined', 'stored'), '', '[]', x'' FROM numbers",
  );
  file.exec(
    'INSERT INTO events (delivery_seq, number, received_at, source, type, name, status, run_at) SELECT seq, 0, received_at, source, ' +
      "'ignite.a', 'a', CASE seq % 3 WHEN 0 THEN 'dead' WHEN 1 THEN 'handled' ELSE 'waiting' END, 0 FROM deliveries",
  );
  const before = 1500;
  const left = file.prepare(
    `SELECT count(*) AS n FROM deliveries WHERE received_at >= ${before} OR seq % 11 = 0 OR seq % 3 <> 1`,
  );
  const expected = left.get()?.n;
  const removed = await inbox.prune({ before });
  expect(removed).toBeGreaterThan(3000);
  expect(file.prepare('SELECT count(*) AS n FROM deliveries').get()).toEqual({ n: expected });
  expect(left.get()).toEqual({ n: expected });
  expect(count - removed).toBe(expected);
  // What is dead and what is quarantined goes too where that is asked for; what waits for its handler never does.
  await inbox.prune({ before, unresolved: true });
  expect(
    file.prepare(`SELECT count(*) AS n, min(seq % 3) AS third FROM deliveries WHERE received_at < ${before}`).get(),
  ).toEqual({ n: (before * 7) / 3, third: 2 });
  file.close();
  await inbox.stop({ timeoutMs: 0 });
});
