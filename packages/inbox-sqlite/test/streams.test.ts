import { DatabaseSync } from 'node:sqlite';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import {
  deliveryFilter,
  eventFilter,
  everything,
  filteredQuery,
  type Query,
  statusFilter,
  streamQuery,
  subjectFilter,
} from '../src/streams.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('what is asked of a long inbox', () => {
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

  const planOf = ({ sql, values }: Query): string =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((row) => String(row.detail))
      .join('; ');
  const range = { from: 0, before: { receivedAt: 10, seq: 10 } };
  const subject = subjectFilter('ignite video:1');
  const type = eventFilter('events_by_type', 'type = ?', ['a']);
  const status = statusFilter('dead');
  const filters = {
    subject,
    type,
    status,
    outcome: deliveryFilter('outcome', 'stored'),
    source: deliveryFilter('source', 'a'),
  };

  test.each([
    ['everything', everything, 'deliveries_by_time'],
    ['a source', filters.source.stream, 'deliveries_by_source'],
    ['an outcome', filters.outcome.stream, 'deliveries_by_outcome'],
    ['a type', type.stream, 'events_by_type'],
    ['a status', status.stream, 'events_by_status'],
    ['a subject', subject.stream, 'events_by_subject'],
  ])('%s is read off its index alone, without sorting', (_title, stream, index) => {
    const plan = planOf(streamQuery(stream, range, 10));
    expect(plan).toMatch(new RegExp(`^SEARCH \\w+ USING COVERING INDEX ${index} \\(.*received_at`));
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
  });

  test('what runs is read off the index of that, and what is handled off none', () => {
    expect(planOf(streamQuery(statusFilter('running').stream, range, 10))).toContain('INDEX events_running');
    expect(statusFilter('handled').hasNoIndex).toBe(true);
    const plan = planOf(filteredQuery(streamQuery(everything, range, 10), [statusFilter('handled')], 5));
    expect(plan).toMatch(/^.*deliveries_by_time .*events_by_delivery \(delivery_seq=\?\)/);
  });

  test('what else has to hold is looked up by the number of the delivery', () => {
    const { outcome, source } = filters;
    const plan = planOf(filteredQuery(streamQuery(subject.stream, range, 10), [type, status, outcome, source], 5));
    expect(plan).toContain('events_by_delivery (delivery_seq=?)');
    expect(plan).toMatch(/SEARCH deliveries (EXISTS )?USING INTEGER PRIMARY KEY \(rowid=\?\)/);
    expect(plan).not.toMatch(/TEMP B-TREE/);
  });
});
