import type { DatabaseSync } from 'node:sqlite';
import {
  type Attempt,
  ConfigurationError,
  type DeliveryOutcome,
  type EventStatus,
  type InboxDelivery,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  readRejection,
  type StoredDelivery,
} from '@mediahooks/core';
import { deliveryFromRow, eventFromRow, json, number, optionalText, type Row, text } from './rows.ts';

/** Reads for people: nothing here changes the file. */
export interface Queries {
  list(filter: InboxFilter, page: { readonly limit: number; readonly cursor?: string }): InboxPage;
  get(deliveryId: string): InboxDelivery | undefined;
  load(deliveryId: string): StoredDelivery | undefined;
  attempts(eventId: string): Attempt[];
  stats(now: number): InboxStats;
}

const outcomes: readonly DeliveryOutcome[] = ['duplicate', 'quarantined', 'stored'];

const shown = 'seq, id, source, received_at, address, outcome, rejection, duplicate_of';

export const createQueries = (database: DatabaseSync): Queries => {
  const one = database.prepare(`SELECT ${shown} FROM deliveries WHERE id = ?`);
  const whole = database.prepare('SELECT * FROM deliveries WHERE id = ?');
  const eventsOf = database.prepare('SELECT *, ? AS delivery_id FROM events WHERE delivery_seq = ? ORDER BY seq');
  const attemptsOf = database.prepare(
    'SELECT attempts.* FROM attempts JOIN events ON events.seq = attempts.event_seq WHERE events.id = ? ORDER BY number',
  );
  const countDeliveries = database.prepare('SELECT outcome, count(*) AS total FROM deliveries GROUP BY outcome');
  const countEvents = database.prepare('SELECT status, count(*) AS total FROM events GROUP BY status');
  const oldest = database.prepare(
    'SELECT received_at FROM deliveries WHERE seq = ' +
      "(SELECT min(delivery_seq) FROM events WHERE status IN ('waiting', 'pending', 'running'))",
  );

  const describe = (row: Row): InboxDelivery => ({
    id: text(row, 'id'),
    source: text(row, 'source'),
    receivedAt: number(row, 'received_at'),
    address: optionalText(row, 'address'),
    outcome: outcomes.find((outcome) => outcome === row.outcome) ?? 'stored',
    rejection: readRejection(json(row, 'rejection')),
    duplicateOf: optionalText(row, 'duplicate_of'),
    events: eventsOf.all(text(row, 'id'), number(row, 'seq')).map(eventFromRow),
  });

  return {
    list(filter, { cursor, limit }) {
      const { clauses, values } = conditions(filter);
      if (cursor !== undefined) {
        clauses.push('seq < ?');
        values.push(seqFromCursor(cursor));
      }
      const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
      const rows = database
        .prepare(`SELECT ${shown} FROM deliveries ${where} ORDER BY seq DESC LIMIT ?`)
        .all(...values, limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        deliveries: rows.slice(0, limit).map(describe),
        cursor: last === undefined ? undefined : String(number(last, 'seq')),
      };
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
      const deliveries: Record<DeliveryOutcome, number> = { duplicate: 0, quarantined: 0, stored: 0 };
      for (const row of countDeliveries.all()) {
        const outcome = outcomes.find((name) => name === row.outcome);
        if (outcome !== undefined) deliveries[outcome] = number(row, 'total');
      }
      const events: Record<EventStatus, number> = {
        dead: 0,
        discarded: 0,
        handled: 0,
        ignored: 0,
        pending: 0,
        running: 0,
        stale: 0,
        waiting: 0,
      };
      for (const row of countEvents.all()) {
        const status = row.status;
        if (isStatus(status, events)) events[status] = number(row, 'total');
      }
      const receivedAt = oldest.get()?.received_at;
      return {
        deliveries,
        events,
        backlogAgeMs: typeof receivedAt === 'number' ? Math.max(now - receivedAt, 0) : undefined,
      };
    },
  };
};

const isStatus = (value: unknown, counts: Record<EventStatus, number>): value is EventStatus =>
  typeof value === 'string' && Object.hasOwn(counts, value);

/** Filters on events are asked as "has such an event", so that a delivery comes once. */
const conditions = (filter: InboxFilter): { clauses: string[]; values: (number | string)[] } => {
  const clauses: string[] = [];
  const values: (number | string)[] = [];
  const add = (clause: string, value: number | string | undefined): void => {
    if (value === undefined) return;
    clauses.push(clause);
    values.push(value);
  };
  const hasEvent = (column: string): string =>
    `EXISTS (SELECT 1 FROM events WHERE events.delivery_seq = deliveries.seq AND events.${column} = ?)`;
  add('source = ?', filter.source);
  add('outcome = ?', filter.outcome);
  add('received_at >= ?', filter.from);
  add('received_at < ?', filter.until);
  add(hasEvent('type'), filter.type);
  add(hasEvent('status'), filter.status);
  add('seq IN (SELECT delivery_seq FROM events WHERE subject = ?)', filter.subject);
  return { clauses, values };
};

const seqFromCursor = (cursor: string): number => {
  if (!/^[0-9]{1,15}$/.test(cursor)) {
    throw new ConfigurationError('option-invalid', 'list: the cursor is not one that a page has given.');
  }
  return Number(cursor);
};
