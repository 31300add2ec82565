import { UnreadableDeliveryError } from '../errors.ts';
import { readRejection } from '../rejection.ts';
import type { Attempt, DeliveryOutcome, EventStatus, InboxDelivery, InboxEvent, StoredDelivery } from './inbox.ts';

/**
 * What an engine has stored of an event or a delivery, by the names it has in {@link InboxEvent} and {@link StoredDelivery}: however the
 * engine itself calls and writes it. `undefined` where there is nothing.
 */
export interface StoredFields {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  json(name: string): unknown;
  bytes(name: string): Uint8Array | undefined;
}

export const eventStatuses: readonly EventStatus[] = [
  'dead',
  'discarded',
  'handled',
  'ignored',
  'pending',
  'running',
  'stale',
  'waiting',
];
export const deliveryOutcomes: readonly DeliveryOutcome[] = ['duplicate', 'quarantined', 'rejected', 'stored'];

/** @throws {TypeError} for what is none: what was stored was damaged, or written by another release. */
const eventStatusFrom = (value: unknown): EventStatus => oneOf(eventStatuses, value, 'status');

export const deliveryOutcomeFrom = (value: unknown): DeliveryOutcome => oneOf(deliveryOutcomes, value, 'outcome');

/** From what is stored as JSON. */
export const versionFrom = (value: unknown): number | string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;

/** Never throws: what cannot be read is left out, and the event says why. One that has no status that is known counts as dead. */
export const eventFrom = (fields: StoredFields): InboxEvent => {
  const { part, unreadable } = createReading();
  const status = part(() => eventStatusFrom(fields.text('status')), 'dead');
  const event: InboxEvent = {
    id: part(() => text(fields, 'id'), ''),
    deliveryId: part(() => text(fields, 'deliveryId'), ''),
    source: part(() => text(fields, 'source'), ''),
    type: part(() => text(fields, 'type'), ''),
    name: part(() => text(fields, 'name'), ''),
    payload: part(() => fields.json('payload'), undefined),
    subject: part(() => fields.text('subject'), undefined),
    version: part(() => versionFrom(fields.json('version')), undefined),
    previous: part(() => fields.json('previous'), undefined),
    stale: status === 'stale',
    status,
    attempts: part(() => number(fields, 'attempts'), 0),
    runAt: part(() => time(fields, 'runAt'), 0),
  };
  const why = unreadable();
  if (why === undefined) return event;
  const { source, subject } = event;
  const isOfSource = source !== '' && subject?.startsWith(`${source} `);
  return { ...event, subject: isOfSource ? subject : undefined, unreadable: why };
};

/** Never throws: what cannot be read is left out, and the delivery says why. */
export const inboxDeliveryFrom = (fields: StoredFields, events: readonly InboxEvent[]): InboxDelivery => {
  const { part, unreadable } = createReading();
  const duplicateOf = part(() => fields.text('duplicateOf'), undefined);
  // why: so that a replay does what it can: events are put in line again; where there are none, they are made.
  const likely = events.length > 0 ? 'stored' : duplicateOf === undefined ? 'quarantined' : 'duplicate';
  const delivery: InboxDelivery = {
    id: part(() => text(fields, 'id'), ''),
    source: part(() => text(fields, 'source'), ''),
    receivedAt: part(() => time(fields, 'receivedAt'), 0),
    address: part(() => fields.text('address'), undefined),
    outcome: part(() => deliveryOutcomeFrom(fields.text('outcome')), likely),
    rejection: part(() => readRejection(fields.json('rejection')), undefined),
    duplicateOf,
    events,
  };
  const why = unreadable();
  return why === undefined ? delivery : { ...delivery, unreadable: why };
};

/** Never throws. What cannot be read of it is not told: its event and its delivery are what people look for. */
export const attemptFrom = (fields: StoredFields): Attempt => {
  const { part } = createReading();
  return {
    number: part(() => number(fields, 'number'), 0),
    startedAt: part(() => time(fields, 'startedAt'), 0),
    endedAt: part(() => (fields.number('endedAt') === undefined ? undefined : time(fields, 'endedAt')), undefined),
    error: part(() => fields.text('error'), undefined),
  };
};

/** @throws {UnreadableDeliveryError} where anything is damaged: only what is whole can be verified again. */
export const deliveryFrom = (fields: StoredFields): StoredDelivery => {
  const { delivery, unreadable } = readDelivery(fields);
  if (unreadable === undefined) return delivery;
  throw new UnreadableDeliveryError(`The delivery ${delivery.id} is damaged. ${unreadable}`);
};

/** Never throws. `unreadable` is why something of it is left out. */
export const readDelivery = (
  fields: StoredFields,
): { readonly delivery: StoredDelivery; readonly unreadable: string | undefined } => {
  const { part, unreadable } = createReading();
  const bodyPart = part(() => fields.text('bodyPart'), undefined);
  const delivery: StoredDelivery = {
    id: part(() => text(fields, 'id'), ''),
    source: part(() => text(fields, 'source'), ''),
    receivedAt: part(() => time(fields, 'receivedAt'), 0),
    address: part(() => fields.text('address'), undefined),
    pathToken: part(() => fields.text('pathToken'), undefined),
    query: part(() => text(fields, 'query'), ''),
    headers: part(() => headerPairs(fields.json('headers')), []),
    body: part(() => required(fields.bytes('body'), 'body'), new Uint8Array()),
    ...((bodyPart === 'cut' || bodyPart === 'unread') && { bodyPart }),
  };
  return { delivery, unreadable: unreadable() };
};

/** Counts by name, every outcome named. What is counted under no outcome's name is left out. */
export const deliveryCountsFrom = (totals: ReadonlyMap<string, number>): Readonly<Record<DeliveryOutcome, number>> => ({
  duplicate: totals.get('duplicate') ?? 0,
  quarantined: totals.get('quarantined') ?? 0,
  rejected: totals.get('rejected') ?? 0,
  stored: totals.get('stored') ?? 0,
});

export const eventCountsFrom = (totals: ReadonlyMap<string, number>): Readonly<Record<EventStatus, number>> => ({
  dead: totals.get('dead') ?? 0,
  discarded: totals.get('discarded') ?? 0,
  handled: totals.get('handled') ?? 0,
  ignored: totals.get('ignored') ?? 0,
  pending: totals.get('pending') ?? 0,
  running: totals.get('running') ?? 0,
  stale: totals.get('stale') ?? 0,
  waiting: totals.get('waiting') ?? 0,
});

/** @throws {TypeError} without what `JSON.parse` says: that quotes the text, which may hold a secret. */
export const jsonFrom = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`What is stored as ${name} is not JSON.`);
  }
};

const oneOf = <Name extends string>(names: readonly Name[], value: unknown, what: string): Name => {
  const found = names.find((name) => name === value);
  // why not quoted: what is damaged may hold anything, a secret too.
  if (found === undefined) throw new TypeError(`What is stored as ${what} is none that is known.`);
  return found;
};

const required = <Value>(value: Value | undefined, name: string): Value => {
  if (value === undefined) throw new TypeError(`There is no ${name} stored.`);
  return value;
};

/** Reads one part after another, and keeps why the first of those could not be read that could not. */
const createReading = () => {
  let unreadable: string | undefined;
  return {
    part<Value>(read: () => Value, otherwise: NoInfer<Value>): Value {
      try {
        return read();
      } catch (error) {
        unreadable ??= `It cannot be read: ${error instanceof Error ? error.message : String(error)}`;
        return otherwise;
      }
    },
    unreadable: () => unreadable,
  };
};

const text = (fields: StoredFields, name: string): string => required(fields.text(name), name);
const number = (fields: StoredFields, name: string): number => required(fields.number(name), name);
/** No further than a `Date` reaches, so that whatever is stored can be written as one. */
const time = (fields: StoredFields, name: string): number =>
  Math.min(Math.max(number(fields, name), -maxTime), maxTime);
const maxTime = 8_640_000_000_000_000;

const headerPairs = (value: unknown): [string, string][] => {
  if (!Array.isArray(value)) throw new TypeError('The stored headers are not a list.');
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
      throw new TypeError('A stored header is not a pair of texts.');
    }
    return [pair[0], pair[1]];
  });
};
