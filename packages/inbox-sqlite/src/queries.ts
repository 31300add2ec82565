import type { DatabaseSync } from 'node:sqlite';
import {
  type Attempt,
  type AttemptDuration,
  ConfigurationError,
  deliveryCountsFrom,
  type EventPage,
  eventCountsFrom,
  type HandlerLatency,
  type InboxDelivery,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  latencyOf,
  type PageRequest,
  readRejection,
  type StoredDelivery,
  subjectIdOf,
} from '@mediahooks/core';
import { createFind, type InTurn } from './find.ts';
import { deliveryFromRow, eventFromRow, json, number, optionalText, outcome, type Row, text } from './rows.ts';

/** Reads for people: nothing here changes the file. */
export interface Queries {
  list(filter: InboxFilter, page: PageRequest, inTurn: InTurn): Promise<InboxPage>;
  events(subject: string, page: PageRequest): EventPage;
  get(deliveryId: string): InboxDelivery | undefined;
  load(deliveryId: string): StoredDelivery | undefined;
  attempts(eventId: string): Attempt[];
  stats(now: number): InboxStats;
  latency(source: string | undefined): readonly HandlerLatency[];
  newest(): string;
}

const shown = 'seq, id, source, received_at, address, outcome, rejection, duplicate_of';

export const createQueries = (database: DatabaseSync): Queries => {
  const find = createFind(database);
  const one = database.prepare(`SELECT ${shown} FROM deliveries WHERE id = ?`);
  const found = database.prepare(`SELECT ${shown} FROM deliveries WHERE seq = ?`);
  const whole = database.prepare('SELECT * FROM deliveries WHERE id = ?');
  const eventsOf = database.prepare('SELECT *, ? AS delivery_id FROM events WHERE delivery_seq = ? ORDER BY seq');
  const attemptsOf = database.prepare(
    'SELECT attempts.* FROM attempts JOIN events ON events.seq = attempts.event_seq WHERE events.id = ? ORDER BY number',
  );
  const countDeliveries = database.prepare(countAll('deliveries', 'outcome', ['duplicate', 'quarantined', 'rejected']));
  const countEvents = database.prepare(
    countAll('events', 'status', ['dead', 'discarded', 'ignored', 'pending', 'running', 'stale', 'waiting']),
  );
  const eventsOfSubject = database.prepare(
    'SELECT events.*, deliveries.id AS delivery_id FROM events INDEXED BY events_by_subject ' +
      'CROSS JOIN deliveries ON deliveries.seq = events.delivery_seq WHERE subject_id = ? AND subject = ? ' +
      'AND (events.received_at, delivery_seq, events.seq) < (?, ?, ?) ' +
      'ORDER BY events.received_at DESC, delivery_seq DESC, events.seq DESC LIMIT ?',
  );
  const attempt = 'events.source, started_at, ended_at, error IS NOT NULL AS failed';
  const latest = database.prepare(
    `SELECT ${attempt} FROM (SELECT * FROM attempts WHERE ended_at IS NOT NULL ORDER BY event_seq DESC, number DESC LIMIT 1000) ` +
      'CROSS JOIN events ON events.seq = event_seq',
  );
  const latestOf = database.prepare(
    `SELECT ${attempt} FROM (SELECT seq FROM deliveries WHERE source = ? ORDER BY received_at DESC LIMIT 200) AS latest ` +
      'CROSS JOIN events ON events.delivery_seq = latest.seq CROSS JOIN attempts ON event_seq = events.seq WHERE ended_at IS NOT NULL',
  );
  const newest = database.prepare('SELECT max(seq) AS seq FROM deliveries');
  // why each by itself: the first of an index that begins with the status, however long the backlog.
  const oldest = ['waiting', 'pending', 'running'].map((status) =>
    database.prepare(`SELECT min(received_at) AS received_at FROM events WHERE status = '${status}'`),
  );

  const describe = (row: Row): InboxDelivery => ({
    id: text(row, 'id'),
    source: text(row, 'source'),
    receivedAt: number(row, 'received_at'),
    address: optionalText(row, 'address'),
    outcome: outcome(row),
    rejection: readRejection(json(row, 'rejection')),
    duplicateOf: optionalText(row, 'duplicate_of'),
    events: eventsOf.all(text(row, 'id'), number(row, 'seq')).map(eventFromRow),
  });

  return {
    async list(filter, page, inTurn) {
      const { cursor, places } = await find(filter, page, inTurn);
      const deliveries = await inTurn(() =>
        places.flatMap(({ seq }) => {
          const row = found.get(seq);
          // why: it may have been pruned since it was found.
          return row === undefined ? [] : [describe(row)];
        }),
      );
      return { deliveries, cursor };
    },
    events(subject, { cursor, limit }) {
      const before = cursor === undefined ? [Number.MAX_SAFE_INTEGER, 0, 0] : eventPlace(cursor);
      const rows = eventsOfSubject.all(subjectIdOf(subject), subject, ...before, limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const place = last && ['received_at', 'delivery_seq', 'seq'].map((column) => number(last, column));
      return { events: rows.slice(0, limit).map(eventFromRow), cursor: place?.join('-') };
    },
    get(deliveryId) {
      const row = one.get(deliveryId);
      return row === undefined ? undefined : describe(row);
    },
    load(deliveryId) {
      const row = whole.get(deliveryId);
      return row === undefined ? undefined : deliveryFromRow(row);
    },
    attempts: (eventId) =>
      attemptsOf.all(eventId).map((row) => ({
        number: number(row, 'number'),
        startedAt: number(row, 'started_at'),
        endedAt: typeof row.ended_at === 'number' ? row.ended_at : undefined,
        error: optionalText(row, 'error'),
      })),
    stats(now) {
      const times = oldest.flatMap((query) => {
        const receivedAt = query.get()?.received_at;
        return typeof receivedAt === 'number' ? [receivedAt] : [];
      });
      return {
        deliveries: deliveryCountsFrom(totalsOf(countDeliveries.all(), 'stored')),
        events: eventCountsFrom(totalsOf(countEvents.all(), 'handled')),
        backlogAgeMs: times.length === 0 ? undefined : Math.max(now - Math.min(...times), 0),
      };
    },
    latency: (source) => latencyOf((source === undefined ? latest.all() : latestOf.all(source)).map(durationOf)),
    newest: () => String(newest.get()?.seq ?? ''),
  };
};

const durationOf = (row: Row): AttemptDuration => ({
  source: text(row, 'source'),
  durationMs: Math.max(number(row, 'ended_at') - number(row, 'started_at'), 0),
  failed: row.failed === 1,
});

/**
 * Rows of all names but one, by an index; and of everything, under no name.
 *
 * why not all of them by name: what is done with may be millions, and SQLite counts a whole table five times as fast as a part of it.
 * In one statement, so that nothing changes in between.
 */
const countAll = (table: string, column: string, names: readonly string[]): string =>
  `SELECT '' AS name, (SELECT count(*) FROM ${table}) AS total UNION ALL SELECT ${column}, count(*) FROM ${table} ` +
  `WHERE ${column} IN (${names.map((name) => `'${name}'`).join(', ')}) GROUP BY ${column}`;

/** By name; of the one that was left out, what the others leave of everything. */
const totalsOf = (rows: readonly Row[], leftOut: string): ReadonlyMap<string, number> => {
  const totals = new Map(rows.map((row) => [text(row, 'name'), number(row, 'total')]));
  const others = [...totals].reduce((sum, [name, total]) => (name === '' ? sum : sum + total), 0);
  return totals.set(leftOut, (totals.get('') ?? 0) - others);
};

const eventPlace = (cursor: string): readonly number[] => {
  const found = /^([0-9]{1,16})-([0-9]{1,15})-([0-9]{1,15})$/.exec(cursor);
  if (found === null) {
    throw new ConfigurationError('option-invalid', 'events: the cursor is not one that a page has given.');
  }
  return found.slice(1).map(Number);
};
