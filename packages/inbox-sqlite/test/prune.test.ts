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
