import type { DeliveryOutcome, InboxEvent, StoredDelivery } from '@mediahooks/core';
import { deliveryFrom, deliveryOutcomeFrom, eventFrom, type StoredFields, versionFrom } from '@mediahooks/core/inbox';

/** A row as node:sqlite gives it. */
export type Row = Readonly<Record<string, unknown>>;

export const text = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column ${column} is not text.`);
  return value;
};

export const optionalText = (row: Row, column: string): string | undefined => {
  const value = row[column];
  return typeof value === 'string' ? value : undefined;
};

export const optionalNumber = (row: Row, column: string): number | undefined => {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
};

export const number = (row: Row, column: string): number => {
  const value = optionalNumber(row, column);
  if (value === undefined) throw new TypeError(`Column ${column} is not a number.`);
  return value;
};

export const json = (row: Row, column: string): unknown => {
  const value = optionalText(row, column);
  return value === undefined ? undefined : JSON.parse(value);
};

/** `undefined` becomes NULL, everything else JSON. */
export const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export const version = (row: Row, column: string): number | string | undefined => versionFrom(json(row, column));

export const outcome = (row: Row): DeliveryOutcome => deliveryOutcomeFrom(row.outcome);

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
