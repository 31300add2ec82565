import {
  type Attempt,
  type DeliveryOutcome,
  type EventStatus,
  type InboxDelivery,
  type InboxEvent,
  type PlannedEvent,
  type Rejection,
  readRejection,
  type StoredDelivery,
  type SubjectRecord,
} from '@mediahooks/core';
import { list, optionalText, text } from './replies.ts';

/** How deliveries, events and subjects are written into hashes, and read from them. What is `undefined` is left out. */
export type Fields = (string | Uint8Array)[];
type Stored = ReadonlyMap<string, unknown>;

export const deliveryFields = (delivery: StoredDelivery, rejection?: Rejection): Fields => [
  'query',
  delivery.query,
  'headers',
  JSON.stringify(delivery.headers),
  'body',
  delivery.body,
  ...optional('address', delivery.address),
  ...optional('pathToken', delivery.pathToken),
  ...optional('rejection', toJson(rejection)),
  ...optional('bodyPart', delivery.bodyPart),
];

export const eventFields = (event: PlannedEvent): Fields => [
  'source',
  event.source,
  'name',
  event.name,
  ...optional('payload', toJson(event.payload)),
  ...optional('version', toJson(event.version)),
  ...optional('previous', toJson(event.previous)),
];

export const subjectValue = ({ state, version }: SubjectRecord): string => JSON.stringify({ state, version });

export const subjectFrom = (value: string): SubjectRecord => {
  const kept: unknown = JSON.parse(value);
  if (typeof kept !== 'object' || kept === null) throw new TypeError('What is kept of a subject is not an object.');
  const record: { state?: unknown; version?: unknown } = kept;
  return { state: record.state, version: versionFrom(record.version) };
};

const versionFrom = (value: unknown): number | string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;

const optional = (name: string, value: string | undefined): Fields => (value === undefined ? [] : [name, value]);
const toJson = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
const json = (fields: Stored, name: string): unknown => optionalJson(fields.get(name));

const optionalJson = (reply: unknown): unknown => {
  const value = optionalText(reply);
  return value === undefined ? undefined : JSON.parse(value);
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
export const outcomes: readonly DeliveryOutcome[] = ['duplicate', 'quarantined', 'rejected', 'stored'];

export const oneOf = <Name extends string>(names: readonly Name[], value: string): Name => {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new TypeError(`There is no status or outcome ${value}.`);
  return found;
};

export const eventFrom = (id: string, fields: Stored): InboxEvent => {
  const status = oneOf(statuses, text(fields.get('status')));
  return {
    id,
    deliveryId: text(fields.get('delivery')),
    source: text(fields.get('source')),
    type: text(fields.get('type')),
    name: text(fields.get('name')),
    payload: json(fields, 'payload'),
    subject: optionalText(fields.get('subject')),
    version: versionFrom(json(fields, 'version')),
    previous: json(fields, 'previous'),
    stale: status === 'stale',
    status,
    attempts: Number(text(fields.get('attempts'))),
    runAt: Number(text(fields.get('runAt'))),
  };
};

export const deliveryFrom = (id: string, fields: Stored): StoredDelivery => {
  const body = fields.get('body');
  const bodyPart = optionalText(fields.get('bodyPart'));
  if (!(body instanceof Uint8Array)) throw new TypeError('The stored body is not bytes.');
  return {
    id,
    source: text(fields.get('source')),
    receivedAt: Number(text(fields.get('receivedAt'))),
    address: optionalText(fields.get('address')),
    pathToken: optionalText(fields.get('pathToken')),
    query: text(fields.get('query')),
    headers: list(json(fields, 'headers')).map((pair): [string, string] => {
      const [name, value] = list(pair);
      return [text(name), text(value)];
    }),
    body,
    ...((bodyPart === 'cut' || bodyPart === 'unread') && { bodyPart }),
  };
};

/** As `describeScript` gives it. */
export const shownFrom = (
  id: string,
  [source, receivedAt, address, outcome, rejection, duplicateOf]: readonly unknown[],
  events: readonly InboxEvent[],
): InboxDelivery => ({
  id,
  source: text(source),
  receivedAt: Number(text(receivedAt)),
  address: optionalText(address),
  outcome: oneOf(outcomes, text(outcome)),
  rejection: readRejection(optionalJson(rejection)),
  duplicateOf: optionalText(duplicateOf),
  events,
});

/** From fields like `2:startedAt`. */
export const attemptsFrom = (fields: Stored): Attempt[] => {
  const numbers = [...fields.keys()]
    .filter((name) => name.endsWith(':startedAt'))
    .map((name) => Number.parseInt(name, 10));
  return numbers
    .sort((a, b) => a - b)
    .map((number) => {
      const endedAt = optionalText(fields.get(`${number}:endedAt`));
      return {
        number,
        startedAt: Number(text(fields.get(`${number}:startedAt`))),
        endedAt: endedAt === undefined ? undefined : Number(endedAt),
        error: optionalText(fields.get(`${number}:error`)),
      };
    });
};
