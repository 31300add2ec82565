import {
  type Attempt,
  ConfigurationError,
  type DeliveryOutcome,
  type EventStatus,
  type InboxDelivery,
  type InboxEvent,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  readRejection,
  type StoredDelivery,
} from '@mediahooks/core';
import type { Query } from './connections.ts';
import {
  deliveryFromRow,
  eventColumns,
  eventFromRow,
  json,
  number,
  optionalNumber,
  optionalText,
  type Row,
  text,
} from './rows.ts';
import { encodeText, lookupKey } from './text.ts';

/** Reads for people: nothing here changes the database. */
export interface Queries {
  list(
    query: Query,
    filter: InboxFilter,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<InboxPage>;
  get(query: Query, deliveryId: string): Promise<InboxDelivery | undefined>;
  load(query: Query, deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(query: Query, eventId: string): Promise<Attempt[]>;
  stats(query: Query, now: number): Promise<InboxStats>;
}

const outcomes: readonly DeliveryOutcome[] = ['duplicate', 'quarantined', 'rejected', 'stored'];

const shown = 'seq, id, source, received_at, address, outcome, rejection, duplicate_of';

export const createQueries = (schema: string): Queries => {
  const one = `SELECT ${shown} FROM ${schema}.deliveries WHERE id = $1`;
  const whole = `SELECT * FROM ${schema}.deliveries WHERE id = $1`;
  const eventsOf =
    `SELECT ${eventColumns}, delivery_seq FROM ${schema}.events JOIN ${schema}.deliveries ON deliveries.seq = delivery_seq ` +
    'WHERE delivery_seq = ANY($1::bigint[]) ORDER BY events.seq';
  const attemptsOf =
    `SELECT attempts.* FROM ${schema}.attempts JOIN ${schema}.events ON events.seq = attempts.event_seq ` +
    'WHERE events.id = $1 ORDER BY number';
  const countDeliveries = `SELECT outcome, count(*) AS total FROM ${schema}.deliveries GROUP BY outcome`;
  const countEvents = `SELECT status, count(*) AS total FROM ${schema}.events GROUP BY status`;
  const first = (status: EventStatus): string =>
    `(SELECT min(delivery_seq) FROM ${schema}.events WHERE status = '${status}')`;
  const oldest =
    `SELECT received_at FROM ${schema}.deliveries ` +
    `WHERE seq = least(${first('waiting')}, ${first('pending')}, ${first('running')})`;

  const describe = async (query: Query, rows: readonly Row[]): Promise<InboxDelivery[]> => {
    const events = new Map<number, InboxEvent[]>(rows.map((row) => [number(row, 'seq'), []]));
    for (const row of await query(eventsOf, [[...events.keys()]])) {
      events.get(number(row, 'delivery_seq'))?.push(eventFromRow(row));
    }
    return rows.map((row) => ({
      id: text(row, 'id'),
      source: text(row, 'source'),
      receivedAt: number(row, 'received_at'),
      address: optionalText(row, 'address'),
      outcome: outcomes.find((outcome) => outcome === row.outcome) ?? 'stored',
      rejection: readRejection(json(row, 'rejection')),
      duplicateOf: optionalText(row, 'duplicate_of'),
      events: events.get(number(row, 'seq')) ?? [],
    }));
  };

  return {
    async list(query, filter, { cursor, limit }) {
      const { clauses, values } = conditions(schema, filter);
      if (cursor !== undefined) clauses.push(`seq < $${values.push(seqFromCursor(cursor))}`);
      const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
      const rows = await query(
        `SELECT ${shown} FROM ${schema}.deliveries ${where} ORDER BY seq DESC LIMIT $${values.push(limit + 1)}`,
        values,
      );
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        deliveries: await describe(query, rows.slice(0, limit)),
        cursor: last === undefined ? undefined : String(number(last, 'seq')),
      };
    },
    async get(query, deliveryId) {
      const [found] = await describe(query, await query(one, [encodeText(deliveryId)]));
      return found;
    },
    async load(query, deliveryId) {
      const [row] = await query(whole, [encodeText(deliveryId)]);
      return row === undefined ? undefined : deliveryFromRow(row);
    },
    async attempts(query, eventId) {
      const rows = await query(attemptsOf, [encodeText(eventId)]);
      return rows.map((row) => ({
        number: number(row, 'number'),
        startedAt: number(row, 'started_at'),
        endedAt: optionalNumber(row, 'ended_at'),
        error: optionalText(row, 'error'),
      }));
    },
    async stats(query, now) {
      const deliveries: Record<DeliveryOutcome, number> = { duplicate: 0, quarantined: 0, rejected: 0, stored: 0 };
      for (const row of await query(countDeliveries)) {
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
      for (const row of await query(countEvents)) {
        if (isStatus(row.status, events)) events[row.status] = number(row, 'total');
      }
      const receivedAt = optionalNumber((await query(oldest))[0] ?? {}, 'received_at');
      return { deliveries, events, backlogAgeMs: receivedAt === undefined ? undefined : Math.max(now - receivedAt, 0) };
    },
  };
};

const isStatus = (value: unknown, counts: Record<EventStatus, number>): value is EventStatus =>
  typeof value === 'string' && Object.hasOwn(counts, value);

/** Filters on events are asked as "has such an event", so that a delivery comes once. */
const conditions = (schema: string, filter: InboxFilter): { clauses: string[]; values: (number | string)[] } => {
  const clauses: string[] = [];
  const values: (number | string)[] = [];
  const add = (value: number | string | undefined, clause: (parameter: string) => string): void => {
    if (value !== undefined) clauses.push(clause(`$${values.push(value)}`));
  };
  const encoded = (value: string | undefined): string | undefined => value && encodeText(value);
  const looked = (value: string | undefined): string | undefined => value && lookupKey(value);
  const hasEvent = (column: string) => (parameter: string) =>
    `EXISTS (SELECT 1 FROM ${schema}.events WHERE events.delivery_seq = deliveries.seq AND events.${column} = ${parameter})`;
  add(encoded(filter.source), (parameter) => `source = ${parameter}`);
  add(filter.outcome, (parameter) => `outcome = ${parameter}`);
  add(filter.from, (parameter) => `received_at >= ${parameter}`);
  add(filter.until, (parameter) => `received_at < ${parameter}`);
  add(looked(filter.type), hasEvent('type_key'));
  add(filter.status, hasEvent('status'));
  add(
    looked(filter.subject),
    (parameter) => `seq IN (SELECT delivery_seq FROM ${schema}.events WHERE subject_key = ${parameter})`,
  );
  return { clauses, values };
};

const seqFromCursor = (cursor: string): number => {
  if (!/^[0-9]{1,15}$/.test(cursor)) {
    throw new ConfigurationError('option-invalid', 'list: the cursor is not one that a page has given.');
  }
  return Number(cursor);
};
