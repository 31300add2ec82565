import { DatabaseSync } from 'node:sqlite';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { promotion, unfinishedQuery } from '../src/columns.ts';
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

  const planOf = (query: string): string =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .all(...Array.from(query.matchAll(/\?/g), () => 1))
      .map((row) => String(row.detail))
      .join('; ');

  test.each(Object.entries(backlogQueries))('%s is read off an index, without sorting', (_name, query) => {
    expect(planOf(query)).toMatch(/USING (COVERING )?INDEX events_(pending|running)/);
    expect(planOf(query)).not.toMatch(/TEMP B-TREE/);
  });

  test.each([
    ['whether a subject has unfinished events', unfinishedQuery],
    ['the next of a subject', promotion],
  ])('%s is read off the index of those, however long its history', (_name, query) => {
    expect(planOf(query)).toMatch(/USING (COVERING )?INDEX events_unfinished \(subject_seq=\?\)/);
    expect(planOf(query)).not.toMatch(/TEMP B-TREE|SCAN|events_by_subject/);
  });
});
