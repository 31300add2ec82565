import type { DatabaseSync } from 'node:sqlite';
import type { Clock, DeliveryOutcome, EventStatus, InboxStats } from '@mediahooks/core';
import {
  deliveryCountsFrom,
  deliveryOutcomes,
  eventCountsFrom,
  eventStatuses,
  unlessCostly,
} from '@mediahooks/core/inbox';
import { isByStatus } from './columns.ts';
import type { Read } from './find.ts';
import { number, type Row, text } from './rows.ts';
import { createTotal } from './totals.ts';

type Counts = Pick<InboxStats, 'deliveries' | 'events'>;

/** Up to so many deliveries everything is counted at once: a few milliseconds. */
const countedAtOnce = 30_000;

/** What is not counted by an index of its own is what the others leave of everything. */
const restOutcome: DeliveryOutcome = 'stored';
const restStatus: EventStatus = 'handled';

export const createStats = (database: DatabaseSync, read: Read, clock: Clock): (() => Promise<InboxStats>) => {
  // why each by itself: SQLite goes through all deliveries for both at once.
  const last = database.prepare('SELECT (SELECT max(seq) FROM deliveries) - (SELECT min(seq) FROM deliveries) AS span');
  const countDeliveries = database.prepare(
    countAll(
      'deliveries',
      `SELECT outcome, count(*) FROM deliveries WHERE outcome IN (${otherOutcomes}) GROUP BY outcome`,
    ),
  );
  const countEvents = database.prepare(
    countAll(
      'events',
      `SELECT status, count(*) FROM events INDEXED BY events_by_status WHERE ${isByStatus} GROUP BY status`,
      "SELECT 'running', count(*) FROM events INDEXED BY events_running WHERE status = 'running'",
    ),
  );
  const deliveries = { table: 'deliveries', place: ['received_at', 'seq'] } as const;
  const deliveryTotals = [
    ['', createTotal(database, read, { ...deliveries, index: 'deliveries_by_time' })] as const,
    ...deliveryOutcomes.flatMap((outcome) => {
      if (outcome === restOutcome) return [];
      const counted = { ...deliveries, index: 'deliveries_by_outcome', where: `outcome = '${outcome}'` };
      return [[outcome, createTotal(database, read, counted)] as const];
    }),
  ];
  const events = { table: 'events', place: ['received_at', 'delivery_seq', 'seq'] } as const;
  const eventTotals = [
    [
      '',
      createTotal(database, read, { ...events, index: 'events_by_delivery', place: ['delivery_seq', 'number'] }),
    ] as const,
    ...eventStatuses.flatMap((status) => {
      if (status === restStatus) return [];
      const counted =
        status === 'running'
          ? ({
              table: 'events',
              index: 'events_running',
              place: ['lease_until', 'seq'],
              where: "status = 'running'",
            } as const)
          : { ...events, index: 'events_by_status', where: `${isByStatus} AND status = '${status}'` };
      return [[status, createTotal(database, read, counted)] as const];
    }),
  ];
  // why each by itself: the first of an index that begins with the status, however long the backlog.
  const oldest = [
    ...['waiting', 'pending'].map((status) => `events_by_status WHERE ${isByStatus} AND status = '${status}'`),
    "events_running WHERE status = 'running'",
  ].map((from) => {
    const query = database.prepare(`SELECT min(received_at) AS received_at FROM events INDEXED BY ${from}`);
    // why: a number that JavaScript cannot hold would throw, and hide all that is counted.
    query.setReadBigInts(true);
    return query;
  });

  const countAtOnce = (): Counts => ({
    deliveries: deliveryCountsFrom(totalsOf(countDeliveries.all().map(totalFrom), restOutcome)),
    events: eventCountsFrom(totalsOf(countEvents.all().map(totalFrom), restStatus)),
  });
  const inTurns = async (totals: readonly (readonly [string, () => Promise<number>])[]): Promise<Total[]> => {
    const counted: Total[] = [];
    for (const [name, count] of totals) counted.push([name, await count()]);
    return counted;
  };
  const countInTurns = unlessCostly(
    async (): Promise<Counts> => ({
      deliveries: deliveryCountsFrom(totalsOf(await inTurns(deliveryTotals), restOutcome)),
      events: eventCountsFrom(totalsOf(await inTurns(eventTotals), restStatus)),
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
        return typeof receivedAt === 'bigint' ? [Number(receivedAt)] : [];
      }),
    );
    const backlogAgeMs = times.length === 0 ? undefined : Math.max(clock.now() - Math.min(...times), 0);
    return { ...counts, backlogAgeMs };
  };
};

type Total = readonly [name: string, total: number];

const totalFrom = (row: Row): Total => [text(row, 'name'), number(row, 'total')];

const otherOutcomes = deliveryOutcomes
  .filter((outcome) => outcome !== restOutcome)
  .map((outcome) => `'${outcome}'`)
  .join(', ');

/**
 * How many rows have each name; and how many there are, under no name.
 *
 * why not all of them by name: SQLite counts a whole table five times as fast as a part of it. In one statement, so that nothing
 * changes in between.
 */
const countAll = (table: string, ...byName: readonly string[]): string =>
  `SELECT '' AS name, (SELECT count(*) FROM ${table}) AS total UNION ALL ${byName.join(' UNION ALL ')}`;

/** By name; of the one that was left out, what the others leave of everything. Never less than none: they may have been counted apart. */
const totalsOf = (counted: readonly Total[], leftOut: string): ReadonlyMap<string, number> => {
  const totals = new Map(counted);
  const others = counted.reduce((sum, [name, total]) => (name === '' ? sum : sum + total), 0);
  return totals.set(leftOut, Math.max((totals.get('') ?? 0) - others, 0));
};
