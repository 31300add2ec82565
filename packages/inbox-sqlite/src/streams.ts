import type { EventStatus } from '@mediahooks/core';
import { type Range, type SearchFilter, subjectIdOf, subjectPrefixOf } from '@mediahooks/core/inbox';
import { isByStatus, subjectSeqQuery } from './columns.ts';

type Value = number | string;

/** Deliveries off an index, as SQL that gives `received_at` and `seq`; asked for with {@link streamQuery}. */
export interface Stream {
  readonly select: string;
  readonly where: string;
  /** The name of the column with the delivery's number. */
  readonly seq: string;
  readonly values: readonly Value[];
}

export interface Filter extends SearchFilter<Stream> {
  /** A condition on `found.seq`. */
  readonly holds: string;
  readonly values: readonly Value[];
}

export const everything: Stream = {
  select: 'SELECT received_at, seq FROM deliveries INDEXED BY deliveries_by_time',
  where: 'true',
  seq: 'seq',
  values: [],
};

export const idStream = (text: string): Stream => ({
  select: 'SELECT received_at, seq FROM (SELECT received_at, seq FROM deliveries WHERE id >= ? AND id < ? LIMIT 1000)',
  where: 'true',
  seq: 'seq',
  // why: no text that begins with the first is behind the second, but for such as go on with the last character there is.
  values: [text, `${text}\u{10FFFF}`],
});

export const deliveryFilter = (column: 'outcome' | 'source', value: string): Filter => ({
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
export const eventFilter = (index: string, condition: string, values: readonly string[]): Filter => ({
  stream: {
    select: `SELECT DISTINCT received_at, delivery_seq AS seq FROM events INDEXED BY ${index}`,
    where: condition,
    seq: 'delivery_seq',
    values,
  },
  holds: `EXISTS (SELECT 1 FROM events INDEXED BY events_by_delivery WHERE events.delivery_seq = found.seq AND ${condition})`,
  values,
});

export const statusFilter = (status: EventStatus): Filter => {
  if (status === 'running') return eventFilter('events_running', "status = 'running'", []);
  if (status !== 'handled') return eventFilter('events_by_status', `${isByStatus} AND status = ?`, [status]);
  return { ...eventFilter('events_by_delivery', 'status = ?', [status]), hasNoIndex: true };
};

export const subjectFilter = (subject: string): Filter =>
  eventFilter('events_by_subject', `subject_seq = (${subjectSeqQuery})`, [
    subjectIdOf(subject),
    subjectPrefixOf(subject),
  ]);

export interface Query {
  readonly sql: string;
  readonly values: readonly Value[];
}

export const streamQuery = (stream: Stream, { before, from }: Range, limit: number): Query => ({
  sql:
    `${stream.select} WHERE ${stream.where} AND received_at >= ? AND (received_at, ${stream.seq}) < (?, ?) ` +
    `ORDER BY received_at DESC, ${stream.seq} DESC LIMIT ?`,
  values: [...stream.values, from, before.receivedAt, before.seq, limit],
});

/** Those of a query's deliveries that meet all filters. */
export const filteredQuery = ({ sql, values }: Query, filters: readonly Filter[], limit: number): Query => ({
  sql:
    `SELECT received_at, seq FROM (${sql}) AS found WHERE ${filters.map(({ holds }) => holds).join(' AND ')} ` +
    'ORDER BY received_at DESC, seq DESC LIMIT ?',
  values: [...values, ...filters.flatMap((filter) => filter.values), limit],
});

/** The last of a full slice. */
export const lastQuery = ({ sql, values }: Query, length: number): Query => ({
  sql: `${sql} OFFSET ?`,
  values: [...values.slice(0, -1), 1, length - 1],
});
