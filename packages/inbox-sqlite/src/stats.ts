import type { DatabaseSync } from 'node:sqlite';
import type { Clock, InboxStats } from '@mediahooks/core';
import {
  deliveryCountsFrom,
  deliveryOutcomes,
  eventCountsFrom,
  eventStatuses,
  unlessCostly,
} from '@mediahooks/core/inbox';
import type { Read } from './find.ts';
import { number, type Row, text } from './rows.ts';
import { createTotals } from './totals.ts';

type Counts = Pick<InboxStats, 'deliveries' | 'events'>;

/** Up to so many deliveries everything is counted at once: a few milliseconds. */
const countedAtOnce = 30_000;

export const createStats = (database: DatabaseSync, read: Read, clock: Clock): (() => Promise<InboxStats>) => {
  const last = database.prepare('SELECT max(seq) - min(seq) AS span FROM deliveries');
  const countDeliveries = database.prepare(countAll('deliveries', 'outcome', deliveryOutcomes, 'stored'));
  const countEvents = database.prepare(countAll('events', 'status', eventStatuses, 'handled'));
  const byOutcome = ['outcome', 'received_at', 'seq'];
  const byStatus = ['status', 'received_at', 'delivery_seq', 'seq'];
  const deliveryTotals = createTotals(database, read, 'deliveries_by_outcome', byOutcome, deliveryOutcomes);
  const eventTotals = createTotals(database, read, 'events_by_status', byStatus, eventStatuses);
  // why each by itself: the first of an index that begins with the status, however long the backlog.
  const oldest = ['waiting', 'pending', 'running'].map((status) =>
    database.prepare(`SELECT min(received_at) AS received_at FROM events WHERE status = '${status}'`),
  );

  const countAtOnce = (): Counts => ({
    deliveries: deliveryCountsFrom(totalsOf(countDeliveries.all(), 'stored')),
    events: eventCountsFrom(totalsOf(countEvents.all(), 'handled')),
  });
  const countInTurns = unlessCostly(
    async (): Promise<Counts> => ({
      deliveries: deliveryCountsFrom(await deliveryTotals()),
      events: eventCountsFrom(await eventTotals()),
    }),
    clock,
    () => true,
  );

  return async () => {
    const span = await read(() => Number(last.get()?.span ?? 0));
    const counts = span < countedAtOnce ? await read(countAtOnce) : await countInTurns();
    const times = await read(() =>
      oldest.flatMap((query) => {
        const receivedAt = query.get()?.received_at;
        return typeof receivedAt === 'number' ? [receivedAt] : [];
      }),
    );
    const backlogAgeMs = times.length === 0 ? undefined : Math.max(clock.now() - Math.min(...times), 0);
    return { ...counts, backlogAgeMs };
  };
};

/**
 * Rows of all names but one, by an index; and of everything, under no name.
 *
 * why not all of them by name: SQLite counts a whole table five times as fast as a part of it. In one statement, so that nothing
 * changes in between.
 */
const countAll = (table: string, column: string, names: readonly string[], leftOut: string): string => {
  const others = names.filter((name) => name !== leftOut).map((name) => `'${name}'`);
  return (
    `SELECT '' AS name, (SELECT count(*) FROM ${table}) AS total UNION ALL SELECT ${column}, count(*) FROM ${table} ` +
    `WHERE ${column} IN (${others.join(', ')}) GROUP BY ${column}`
  );
};

/** By name; of the one that was left out, what the others leave of everything. */
const totalsOf = (rows: readonly Row[], leftOut: string): ReadonlyMap<string, number> => {
  const totals = new Map(rows.map((row) => [text(row, 'name'), number(row, 'total')]));
  const others = [...totals].reduce((sum, [name, total]) => (name === '' ? sum : sum + total), 0);
  return totals.set(leftOut, (totals.get('') ?? 0) - others);
};
