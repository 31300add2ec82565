import type { DatabaseSync } from 'node:sqlite';
import {
  type Attempt,
  ConfigurationError,
  type EventPage,
  type HandlerLatency,
  type InboxDelivery,
  type InboxFilter,
  type InboxPage,
  type PageRequest,
  type StoredDelivery,
} from '@mediahooks/core';
import { type AttemptDuration, latencyOf, subjectIdOf, subjectPrefixOf } from '@mediahooks/core/inbox';
import { attemptColumns, deliveryColumns, eventColumns, shownColumns, subjectSeqQuery } from './columns.ts';
import { createFind, type Read } from './find.ts';
import { attemptFromRow, deliveryFromRow, eventFromRow, inboxDeliveryFromRow, number, type Row, text } from './rows.ts';

/** Reads for people: nothing here changes the file. */
export interface Queries {
  list(filter: InboxFilter, page: PageRequest): Promise<InboxPage>;
  events(subject: string, page: PageRequest): EventPage;
  get(deliveryId: string): InboxDelivery | undefined;
  load(deliveryId: string): StoredDelivery | undefined;
  attempts(eventId: string): Attempt[];
  latency(source: string | undefined): readonly HandlerLatency[];
  newest(): string;
}

export const createQueries = (database: DatabaseSync, read: Read): Queries => {
  const find = createFind(database, read);
  const one = database.prepare(`SELECT ${shownColumns} FROM deliveries WHERE id = ?`);
  const found = database.prepare(`SELECT ${shownColumns} FROM deliveries WHERE seq = ?`);
  const whole = database.prepare(`SELECT ${deliveryColumns} FROM deliveries WHERE id = ?`);
  const eventsOf = database.prepare(
    `SELECT ${eventColumns} FROM events JOIN deliveries ON deliveries.seq = delivery_seq WHERE delivery_seq = ? ORDER BY number`,
  );
  const attemptsOf = database.prepare(
    `SELECT ${attemptColumns} FROM attempts JOIN events ON events.seq = attempts.event_seq ` +
      'WHERE delivery_seq = (SELECT seq FROM deliveries WHERE id = ?) AND events.number = ? ORDER BY attempts.number',
  );
  const eventsOfSubject = database.prepare(
    `SELECT ${eventColumns} FROM events INDEXED BY events_by_subject ` +
      `CROSS JOIN deliveries ON deliveries.seq = events.delivery_seq WHERE subject_seq = (${subjectSeqQuery}) ` +
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
  // why: a number that JavaScript cannot hold would throw, and hide what else there is.
  for (const shows of [one, found, whole, eventsOf, attemptsOf, eventsOfSubject, latest, latestOf])
    shows.setReadBigInts(true);

  const describe = (row: Row): InboxDelivery =>
    inboxDeliveryFromRow(row, eventsOf.all(number(row, 'seq')).map(eventFromRow));

  return {
    async list(filter, page) {
      const { cursor, places } = await find(filter, page);
      const deliveries = await read(() =>
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
      const rows = eventsOfSubject.all(subjectIdOf(subject), subjectPrefixOf(subject), ...before, limit + 1);
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
    attempts(eventId) {
      const [, deliveryId, place] = /^(.*)\.([0-9]{1,9})$/s.exec(eventId) ?? [];
      if (deliveryId === undefined) return [];
      return attemptsOf.all(deliveryId, Number(place)).map(attemptFromRow);
    },
    latency: (source) => latencyOf((source === undefined ? latest.all() : latestOf.all(source)).map(durationOf)),
    newest: () => String(newest.get()?.seq ?? ''),
  };
};

const durationOf = (row: Row): AttemptDuration => ({
  source: text(row, 'source'),
  durationMs: Math.max(number(row, 'ended_at') - number(row, 'started_at'), 0),
  failed: number(row, 'failed') === 1,
});

const eventPlace = (cursor: string): readonly number[] => {
  const found = /^([0-9]{1,16})-([0-9]{1,15})-([0-9]{1,15})$/.exec(cursor);
  if (found === null) {
    throw new ConfigurationError('option-invalid', 'events: the cursor is not one that a page has given.');
  }
  return found.slice(1).map(Number);
};
