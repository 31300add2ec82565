import type { DeliveryOutcome, EventStatus, InboxEvent, StoredDelivery } from './inbox.ts';

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

/** @throws {TypeError} for what is none, here and below: what was stored was damaged, or written by another release. */
const eventStatusFrom = (value: unknown): EventStatus => oneOf(eventStatuses, value, 'event status');

export const deliveryOutcomeFrom = (value: unknown): DeliveryOutcome =>
  oneOf(deliveryOutcomes, value, 'delivery outcome');

/** From what is stored as JSON. */
export const versionFrom = (value: unknown): number | string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;

export const eventFrom = (fields: StoredFields): InboxEvent => {
  const status = eventStatusFrom(fields.text('status'));
  return {
    id: text(fields, 'id'),
    deliveryId: text(fields, 'deliveryId'),
    source: text(fields, 'source'),
    type: text(fields, 'type'),
    name: text(fields, 'name'),
    payload: fields.json('payload'),
    subject: fields.text('subject'),
    version: versionFrom(fields.json('version')),
    previous: fields.json('previous'),
    stale: status === 'stale',
    status,
    attempts: number(fields, 'attempts'),
    runAt: number(fields, 'runAt'),
  };
};

export const deliveryFrom = (fields: StoredFields): StoredDelivery => {
  const bodyPart = fields.text('bodyPart');
  return {
    id: text(fields, 'id'),
    source: text(fields, 'source'),
    receivedAt: number(fields, 'receivedAt'),
    address: fields.text('address'),
    pathToken: fields.text('pathToken'),
    query: text(fields, 'query'),
    headers: headerPairs(fields.json('headers')),
    body: required(fields.bytes('body'), 'body'),
    ...((bodyPart === 'cut' || bodyPart === 'unread') && { bodyPart }),
  };
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
  if (found === undefined) throw new TypeError(`There is no ${what} ${String(value)}.`);
  return found;
};

const required = <Value>(value: Value | undefined, name: string): Value => {
  if (value === undefined) throw new TypeError(`There is no ${name} stored.`);
  return value;
};

const text = (fields: StoredFields, name: string): string => required(fields.text(name), name);
const number = (fields: StoredFields, name: string): number => required(fields.number(name), name);

const headerPairs = (value: unknown): [string, string][] => {
  if (!Array.isArray(value)) throw new TypeError('The stored headers are not a list.');
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
      throw new TypeError('A stored header is not a pair of texts.');
    }
    return [pair[0], pair[1]];
  });
};
