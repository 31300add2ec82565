import { type ClaimedEvent, claimedFrom } from './claimed-event.ts';
import type { Attempt, DeliveryOutcome, InboxDelivery, InboxEvent, StoredDelivery } from './inbox.ts';
import {
  attemptFrom,
  deliveryFrom,
  deliveryOutcomeFrom,
  eventFrom,
  inboxDeliveryFrom,
  jsonFrom,
  type StoredFields,
  versionFrom,
} from './stored-fields.ts';

/** A row as a driver gives it: values by the names of columns. */
export type Row = Readonly<Record<string, unknown>>;

/** How a driver gives what SQL has as text, or as a number. `undefined` for anything else. */
export interface SqlValues {
  text(value: unknown): string | undefined;
  number(value: unknown): number | undefined;
}

/** Reads columns. What has to be there and is not throws a {@link TypeError}. */
export interface RowReader {
  text(row: Row, column: string): string;
  optionalText(row: Row, column: string): string | undefined;
  number(row: Row, column: string): number;
  optionalNumber(row: Row, column: string): number | undefined;
  /** Of a column of text with JSON in it. */
  json(row: Row, column: string): unknown;
  version(row: Row, column: string): number | string | undefined;
  outcome(row: Row): DeliveryOutcome;
  /** @throws {UnreadableDeliveryError} */
  delivery(row: Row): StoredDelivery;
  /** Never throws, as those below: they say what of it cannot be read. */
  event(row: Row): InboxEvent;
  inboxDelivery(row: Row, events: readonly InboxEvent[]): InboxDelivery;
  attempt(row: Row): Attempt;
  claimed(event: Row, delivery: Row): ClaimedEvent;
}

/** Columns that are called otherwise than what is stored in them. */
const columns: Readonly<Record<string, string>> = {
  bodyPart: 'body_part',
  deliveryId: 'delivery_id',
  duplicateOf: 'duplicate_of',
  endedAt: 'ended_at',
  pathToken: 'path_token',
  receivedAt: 'received_at',
  runAt: 'run_at',
  startedAt: 'started_at',
};

/** For engines that keep deliveries and events in tables of SQL. */
export const createRowReader = (values: SqlValues): RowReader => {
  const optionalText = (row: Row, column: string): string | undefined => values.text(row[column]);
  const optionalNumber = (row: Row, column: string): number | undefined => values.number(row[column]);
  const json = (row: Row, column: string): unknown => {
    const value = row[column];
    return typeof value === 'string' ? jsonFrom(value, column) : undefined;
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

  return {
    text(row, column) {
      const value = optionalText(row, column);
      if (value === undefined) throw new TypeError(`Column ${column} is not text.`);
      return value;
    },
    optionalText,
    number(row, column) {
      const value = optionalNumber(row, column);
      if (value === undefined) throw new TypeError(`Column ${column} is not a number.`);
      return value;
    },
    optionalNumber,
    json,
    version: (row, column) => versionFrom(json(row, column)),
    outcome: (row) => deliveryOutcomeFrom(row.outcome),
    delivery: (row) => deliveryFrom(fieldsOf(row)),
    event: (row) => eventFrom(fieldsOf(row)),
    inboxDelivery: (row, events) => inboxDeliveryFrom(fieldsOf(row), events),
    attempt: (row) => attemptFrom(fieldsOf(row)),
    claimed: (event, delivery) => claimedFrom(fieldsOf(event), fieldsOf(delivery)),
  };
};

/** `undefined` becomes NULL, everything else JSON. */
export const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
