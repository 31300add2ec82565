import {
  type Attempt,
  ConfigurationError,
  type EventPage,
  type EventStatus,
  type HandlerLatency,
  type InboxDelivery,
  type InboxEvent,
  type InboxFilter,
  type InboxPage,
  type InboxStats,
  type PageRequest,
  type StoredDelivery,
} from '@mediahooks/core';
import {
  type AttemptDuration,
  deliveryCountsFrom,
  eventCountsFrom,
  latencyOf,
  subjectIdOf,
} from '@mediahooks/core/inbox';
import type { Query } from './connections.ts';
import { createFind } from './find.ts';
import {
  attemptFromRow,
  deliveryFromRow,
  eventColumns,
  eventFromRow,
  inboxDeliveryFromRow,
  number,
  optionalNumber,
  type Row,
  text,
} from './rows.ts';
import { encodeText, lookupKey, subjectIdKey } from './text.ts';

/** Reads for people: nothing here changes the database. */
export interface Queries {
  list(query: Query, filter: InboxFilter, page: PageRequest): Promise<InboxPage>;
  events(query: Query, subject: string, page: PageRequest): Promise<EventPage>;
  get(query: Query, deliveryId: string): Promise<InboxDelivery | undefined>;
  load(query: Query, deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(query: Query, eventId: string): Promise<Attempt[]>;
  stats(query: Query, now: number): Promise<InboxStats>;
  latency(query: Query, source: string | undefined): Promise<readonly HandlerLatency[]>;
  newest(query: Query): Promise<string>;
}

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
    `(SELECT min(received_at) FROM ${schema}.events WHERE status = '${status}')`;
  const oldest = `SELECT least(${first('waiting')}, ${first('pending')}, ${first('running')}) AS received_at`;
  const found = `SELECT ${shown} FROM ${schema}.deliveries WHERE seq = ANY($1::bigint[]) ORDER BY received_at DESC, seq DESC`;
  const eventsOfSubject =
    `SELECT ${eventColumns}, delivery_seq, events.received_at FROM ${schema}.events ` +
    `JOIN ${schema}.deliveries ON deliveries.seq = delivery_seq WHERE subject_id_key = $1 AND subject_key = $2 ` +
    'AND (events.received_at, delivery_seq, events.seq) < ($3, $4, $5) ' +
    'ORDER BY events.received_at DESC, delivery_seq DESC, events.seq DESC LIMIT $6';
  const attempt = 'events.source, started_at, ended_at, error IS NOT NULL AS failed';
  const latest =
    `SELECT ${attempt} FROM (SELECT * FROM ${schema}.attempts WHERE ended_at IS NOT NULL ` +
    `ORDER BY event_seq DESC, number DESC LIMIT 1000) AS latest JOIN ${schema}.events ON events.seq = event_seq`;
  const latestOf =
    `SELECT ${attempt} FROM (SELECT seq FROM ${schema}.deliveries WHERE source = $1 ORDER BY received_at DESC, seq DESC LIMIT 200) AS latest ` +
    `JOIN ${schema}.events ON events.delivery_seq = latest.seq JOIN ${schema}.attempts ON event_seq = events.seq WHERE ended_at IS NOT NULL`;
  const newest = `SELECT max(seq) AS seq FROM ${schema}.deliveries`;

  const describe = async (query: Query, rows: readonly Row[]): Promise<InboxDelivery[]> => {
    const events = new Map<number, InboxEvent[]>(rows.map((row) => [number(row, 'seq'), []]));
    for (const row of await query(eventsOf, [[...events.keys()]])) {
      events.get(number(row, 'delivery_seq'))?.push(eventFromRow(row));
    }
    return rows.map((row) => inboxDeliveryFromRow(row, events.get(number(row, 'seq')) ?? []));
  };

  return {
    async list(query, filter, page) {
      const { cursor, places } = await createFind(query, schema)(filter, page);
      const rows = places.length === 0 ? [] : await query(found, [places.map(({ seq }) => seq)]);
      return { deliveries: await describe(query, rows), cursor };
    },
    async events(query, subject, { cursor, limit }) {
      const before = cursor === undefined ? [Number.MAX_SAFE_INTEGER, 0, 0] : eventPlace(cursor);
      const asked = [subjectIdKey(subjectIdOf(subject)), lookupKey(subject), ...before, limit + 1];
      const rows = await query(eventsOfSubject, asked);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const place = last && ['received_at', 'delivery_seq', 'seq'].map((column) => number(last, column));
      return { events: rows.slice(0, limit).map(eventFromRow), cursor: place?.join('-') };
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
      return rows.map(attemptFromRow);
    },
    async stats(query, now) {
      const totals = (rows: readonly Row[], column: string): ReadonlyMap<string, number> =>
        new Map(rows.map((row) => [String(row[column]), number(row, 'total')]));
      const deliveries = deliveryCountsFrom(totals(await query(countDeliveries), 'outcome'));
      const events = eventCountsFrom(totals(await query(countEvents), 'status'));
      const receivedAt = optionalNumber((await query(oldest))[0] ?? {}, 'received_at');
      return { deliveries, events, backlogAgeMs: receivedAt === undefined ? undefined : Math.max(now - receivedAt, 0) };
    },
    async latency(query, source) {
      const rows = await (source === undefined ? query(latest) : query(latestOf, [encodeText(source)]));
      return latencyOf(rows.map(durationOf));
    },
    newest: async (query) => String((await query(newest))[0]?.seq ?? ''),
  };
};

const durationOf = (row: Row): AttemptDuration => ({
  source: text(row, 'source'),
  durationMs: Math.max(number(row, 'ended_at') - number(row, 'started_at'), 0),
  failed: row.failed === true,
});

const eventPlace = (cursor: string): readonly number[] => {
  const found = /^([0-9]{1,16})-([0-9]{1,15})-([0-9]{1,15})$/.exec(cursor);
  if (found === null) {
    throw new ConfigurationError('option-invalid', 'events: the cursor is not one that a page has given.');
  }
  return found.slice(1).map(Number);
};
