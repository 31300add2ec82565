import { DatabaseSync } from 'node:sqlite';
import { eventStatuses } from '@mediahooks/core/inbox';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { temporaryFolder } from './temporary-folder.ts';

test.each([
  ['a small inbox, counted at once', 640],
  ['a large one, counted in turns of the event loop', 64_000],
])('of %s every outcome and every status is counted', async (_title, count) => {
  const folder = temporaryFolder();
  const path = folder.path('inbox.db');
  const at = 1_700_000_000_000;
  const inbox = sqliteInbox({ path });
  const file = new DatabaseSync(path);
  // Of 64 deliveries one is quarantined, two are duplicates, and one is refused; all others have an event.
  file.exec(`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
    INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
    SELECT n + 1, 'delivery-' || n, 'gcore', ${at} + n / 7,
      CASE n % 64 WHEN 0 THEN 'quarantined' WHEN 1 THEN 'duplicate' WHEN 2 THEN 'duplicate' WHEN 3 THEN 'rejected' ELSE 'stored' END, '', '[]', x'7b7d'
    FROM numbers`);
  file.exec(`INSERT INTO events (delivery_seq, number, received_at, source, type, name, status, run_at, lease_until)
    SELECT seq, 0, received_at, 'gcore', 'a', 'a',
      CASE seq % 64 WHEN 10 THEN 'dead' WHEN 11 THEN 'discarded' WHEN 12 THEN 'ignored' WHEN 13 THEN 'pending' WHEN 14 THEN 'pending'
        WHEN 15 THEN 'running' WHEN 16 THEN 'stale' WHEN 17 THEN 'waiting' ELSE 'handled' END, 0, ${at}
    FROM deliveries WHERE outcome = 'stored'`);
  file.close();
  const each = count / 64;
  const { backlogAgeMs, deliveries, events } = await inbox.stats();
  expect(deliveries).toEqual({ quarantined: each, duplicate: 2 * each, rejected: each, stored: 60 * each });
  expect(events).toEqual({
    dead: each,
    discarded: each,
    ignored: each,
    pending: 2 * each,
    running: each,
    stale: each,
    waiting: each,
    handled: 52 * each,
  });
  expect(backlogAgeMs).toBeGreaterThan(0);
  for (const status of eventStatuses) {
    const { deliveries: found } = await inbox.list({ status }, { limit: 5 });
    expect(found).toHaveLength(Math.min(events[status], 5));
    expect(found.every((one) => one.events[0]?.status === status)).toBe(true);
  }
  await inbox.stop({ timeoutMs: 0 });
  folder.remove();
});
