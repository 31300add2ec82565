import type { DeliveryOutcome, EventStatus, InboxEvent, StoredDelivery } from '@mediahooks/core';
import { decodeText } from './text.ts';

/** A row as node-postgres gives it. */
export type Row = Readonly<Record<string, unknown>>;

export const text = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column ${column} is not text.`);
  return decodeText(value);
};

export const optionalText = (row: Row, column: string): string | undefined => {
  const value = row[column];
  return typeof value === 'string' ? decodeText(value) : undefined;
};

/** why: node-postgres gives bigint as a string, unless the application has set another parser for it. */
export const optionalNumber = (row: Row, column: string): number | undefined => {
  const value = row[column];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return Number(value);
};

export const number = (row: Row, column: string): number => {
  const value = optionalNumber(row, column);
  if (value === undefined) throw new TypeError(`Column ${column} is not a number.`);
  return value;
};

/** Kept as text, not as `json` or `jsonb`: jsonb refuses `\u0000`, and an application may have set a parser of its own for either. */
export const json = (row: Row, column: string): unknown => {
  const value = row[column];
  return typeof value === 'string' ? JSON.parse(value) : undefined;
};

/** `undefined` becomes NULL, everything else JSON. */
export const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export const version = (row: Row, column: string): number | string | undefined => {
  const value = json(row, column);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
};

const statuses: readonly EventStatus[] = [
  'dead',
  'discarded',
  'handled',
  'ignored',
  'pending',
  'running',
  'stale',
  'waiting',
];

export const status = (row: Row): EventStatus => {
  const found = statuses.find((one) => one === row.status);
  if (found === undefined) throw new TypeError(`There is no event status ${String(row.status)}.`);
  return found;
};

const outcomes: readonly DeliveryOutcome[] = ['duplicate', 'quarantined', 'rejected', 'stored'];

export const outcome = (row: Row): DeliveryOutcome => {
  const found = outcomes.find((one) => one === row.outcome);
  if (found === undefined) throw new TypeError(`There is no delivery outcome ${String(row.outcome)}.`);
  return found;
};

/** Columns of {@link eventFromRow}, of a join of events and deliveries. */
export const eventColumns =
  'events.seq, events.id, deliveries.id AS delivery_id, events.source, type, name, payload, subject, version, previous, status, attempts, run_at';

export const eventFromRow = (row: Row): InboxEvent => ({
  id: text(row, 'id'),
  deliveryId: text(row, 'delivery_id'),
  source: text(row, 'source'),
  type: text(row, 'type'),
  name: text(row, 'name'),
  payload: json(row, 'payload'),
  subject: optionalText(row, 'subject'),
  version: version(row, 'version'),
  previous: json(row, 'previous'),
  stale: row.status === 'stale',
  status: status(row),
  attempts: number(row, 'attempts'),
  runAt: number(row, 'run_at'),
});

export const deliveryFromRow = (row: Row): StoredDelivery => ({
  id: text(row, 'id'),
  source: text(row, 'source'),
  receivedAt: number(row, 'received_at'),
  address: optionalText(row, 'address'),
  pathToken: optionalText(row, 'path_token'),
  query: text(row, 'query'),
  headers: headerPairs(json(row, 'headers')),
  body: bytes(row, 'body'),
  ...((row.body_part === 'cut' || row.body_part === 'unread') && { bodyPart: row.body_part }),
});

const bytes = (row: Row, column: string): Uint8Array => {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`Column ${column} is not bytea.`);
  return value;
};

const headerPairs = (value: unknown): [string, string][] => {
  if (!Array.isArray(value)) throw new TypeError('The stored headers are not a list.');
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
      throw new TypeError('A stored header is not a pair of texts.');
    }
    return [pair[0], pair[1]];
  });
};
