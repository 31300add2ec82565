import type { InboxFilter } from '@mediahooks/core';

/** A place in the order of deliveries: by when they were received, then by when they were stored. */
export interface Place {
  readonly receivedAt: number;
  readonly seq: number;
}

type Value = number | string;

/** What is looked for, and what a delivery has to be besides. */
export interface Search {
  /** Begins and ends with this time, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  readonly filters: readonly Filter[];
}

/** One condition, as a stream of the deliveries that meet it and as a question about one delivery. */
export interface Filter {
  /** Read off an index, the newest first. */
  readonly stream: Stream;
  /** A condition on `found.seq`. */
  readonly holds: string;
  readonly values: readonly Value[];
}

/** SQL that gives `received_at` and `seq`; asked for with {@link streamQuery}. */
export interface Stream {
  readonly select: string;
  readonly where: string;
  /** The name of the column with the delivery's number. */
  readonly seq: string;
  readonly values: readonly Value[];
}

/** All deliveries. */
export const everything: Stream = {
  select: 'SELECT received_at, seq FROM deliveries INDEXED BY deliveries_by_time',
  where: 'true',
  seq: 'seq',
  values: [],
};

/** So many of the deliveries whose ids begin alike are looked at. */
const maxAlike = 1000;

/** Deliveries whose id begins with a text. */
export const idStream = (text: string): Stream => ({
  select: `SELECT received_at, seq FROM (SELECT received_at, seq FROM deliveries WHERE id >= ? AND id < ? LIMIT ${maxAlike})`,
  where: 'true',
  seq: 'seq',
  // why: no text is behind it that begins with the same, but for such as go on with the last character there is.
  values: [text, `${text}\u{10FFFF}`],
});

const deliveryFilter = (column: 'outcome' | 'source', value: string): Filter => ({
  stream: {
    select: `SELECT received_at, seq FROM deliveries INDEXED BY deliveries_by_${column}`,
    where: `${column} = ?`,
    seq: 'seq',
    values: [value],
  },
  holds: `EXISTS (SELECT 1 FROM deliveries WHERE deliveries.seq = found.seq AND deliveries.${column} = ?)`,
  values: [value],
});

/** Filters on events are asked as "has such an event", so that a delivery comes once. */
const eventFilter = (index: string, condition: string, values: readonly string[]): Filter => ({
  stream: {
    select: `SELECT DISTINCT received_at, delivery_seq AS seq FROM events INDEXED BY ${index}`,
    where: condition,
    seq: 'delivery_seq',
    values,
  },
  holds: `EXISTS (SELECT 1 FROM events WHERE events.delivery_seq = found.seq AND ${condition})`,
  values,
});

export const subjectFilter = (subjectId: string, subject: string): Filter =>
  eventFilter('events_by_subject', 'subject_id = ? AND subject = ?', [subjectId, subject]);

/** Of everything but text and time: the likely rarer first. */
export const filtersOf = (filter: InboxFilter, subjectIdOf: (subject: string) => string): Filter[] => [
  ...(filter.subject === undefined ? [] : [subjectFilter(subjectIdOf(filter.subject), filter.subject)]),
  ...(filter.status === undefined ? [] : [eventFilter('events_by_status', 'status = ?', [filter.status])]),
  ...(filter.type === undefined ? [] : [eventFilter('events_by_type', 'type = ?', [filter.type])]),
  ...(filter.outcome === undefined ? [] : [deliveryFilter('outcome', filter.outcome)]),
  ...(filter.source === undefined ? [] : [deliveryFilter('source', filter.source)]),
];

export interface Query {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** The first of a stream before a place, and not before a time. */
export const streamQuery = (stream: Stream, from: number, before: Place, limit: number): Query => ({
  sql:
    `${stream.select} WHERE ${stream.where} AND received_at >= ? AND (received_at, ${stream.seq}) < (?, ?) ` +
    `ORDER BY received_at DESC, ${stream.seq} DESC LIMIT ?`,
  values: [...stream.values, from, before.receivedAt, before.seq, limit],
});

/** Those of them that meet all filters. */
export const filteredQuery = ({ sql, values }: Query, filters: readonly Filter[], limit: number): Query => ({
  sql:
    `SELECT received_at, seq FROM (${sql}) AS found WHERE ${filters.map(({ holds }) => holds).join(' AND ')} ` +
    'ORDER BY received_at DESC, seq DESC LIMIT ?',
  values: [...values, ...filters.flatMap((filter) => filter.values), limit],
});
