import { DatabaseSync } from 'node:sqlite';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { backlogQueries } from '../src/jobs.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('what the worker asks of the backlog', () => {
  const folder = temporaryFolder();
  const path = folder.path('inbox.db');
  let database: DatabaseSync;

  beforeAll(async () => {
    await sqliteInbox({ path }).stop({ timeoutMs: 0 });
    database = new DatabaseSync(path);
  });
  afterAll(() => {
    database.close();
    folder.remove();
  });

  test.each(Object.entries(backlogQueries))('%s is read off an index, without sorting', (_name, query) => {
    const parameters = Array.from(query.matchAll(/\?/g), () => 1);
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .all(...parameters)
      .map((row) => String(row.detail))
      .join('; ');
    expect(plan).toMatch(/USING (COVERING )?INDEX events_(pending|running)/);
    expect(plan).not.toMatch(/TEMP B-TREE/);
  });
});
