import type { DeliveryOutcome, EventStatus, InboxEvent, StoredDelivery } from '@mediahooks/core';
import {
  deliveryFrom,
  deliveryOutcomeFrom,
  eventFrom,
  eventStatusFrom,
  type StoredFields,
  versionFrom,
} from '@mediahooks/core/inbox';
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

export const version = (row: Row, column: string): number | string | undefined => versionFrom(json(row, column));

export const status = (row: Row): EventStatus => eventStatusFrom(row.status);

export const outcome = (row: Row): DeliveryOutcome => deliveryOutcomeFrom(row.outcome);

/** Columns of {@link eventFromRow}, of a join of events and deliveries. */
export const eventColumns =
  'events.seq, events.id, deliveries.id AS delivery_id, events.source, type, name, payload, subject, version, previous, status, attempts, run_at';

export const eventFromRow = (row: Row): InboxEvent => eventFrom(fieldsOf(row));

export const deliveryFromRow = (row: Row): StoredDelivery => deliveryFrom(fieldsOf(row));

/** Columns that are called otherwise than what is stored in them. */
const columns: Readonly<Record<string, string>> = {
  bodyPart: 'body_part',
  deliveryId: 'delivery_id',
  pathToken: 'path_token',
  receivedAt: 'received_at',
  runAt: 'run_at',
};

const fieldsOf = (row: Row): StoredFields => {
  const column = (name: string): string => columns[name] ?? name;
  return {
    text: (name) => optionalText(row, column(name)),
    number: (name) => optionalNumber(row, column(name)),
    json: (name) => json(row, column(name)),
    bytes(name) {
      const value = row[column(name)];
      return value instanceof Uint8Array ? value : undefined;
    },
  };
};
