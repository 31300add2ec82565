import type {
  Attempt,
  InboxDelivery,
  InboxEvent,
  PlannedEvent,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import {
  attemptFrom as attemptFromFields,
  type ClaimedEvent,
  claimedFrom as claimedFromFields,
  deliveryFrom as deliveryFromFields,
  eventFrom as eventFromFields,
  inboxDeliveryFrom as inboxDeliveryFromFields,
  jsonFrom,
  type StoredFields,
  versionFrom,
} from '@mediahooks/core/inbox';
import { optionalText } from './replies.ts';

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

/** `undefined` where it is damaged: that must keep no delivery from being stored. What comes next mends it. */
export const subjectFrom = (value: string): SubjectRecord | undefined => {
  let kept: unknown;
  try {
    kept = JSON.parse(value);
  } catch {
    return undefined;
  }
  if (typeof kept !== 'object' || kept === null) return undefined;
  const record: { state?: unknown; version?: unknown } = kept;
  return { state: record.state, version: versionFrom(record.version) };
};

const optional = (name: string, value: string | undefined): Fields => (value === undefined ? [] : [name, value]);
const toJson = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
const optionalJson = (reply: unknown, name: string): unknown => {
  const value = optionalText(reply);
  return value === undefined ? undefined : jsonFrom(value, name);
};

/** Never throws. */
export const eventFrom = (id: string, fields: Stored): InboxEvent => eventFromFields(storedFields(id, fields));

export const deliveryFrom = (id: string, fields: Stored): StoredDelivery =>
  deliveryFromFields(storedFields(id, fields));

/** Never throws. The event says whose delivery it is. */
export const claimedFrom = (id: string, event: Stored, delivery: Stored): ClaimedEvent => {
  const fields = storedFields(id, event);
  return claimedFromFields(fields, {
    ...storedFields(id, delivery),
    text: (name) => (name === 'id' ? fields.text('deliveryId') : optionalText(delivery.get(name))),
  });
};

/** Fields that are called otherwise than what is stored in them. */
const names: Readonly<Record<string, string>> = { deliveryId: 'delivery' };

/** The id is the name of the hash, and not in it. */
const storedFields = (id: string, fields: Stored): StoredFields => {
  const value = (name: string): unknown => (name === 'id' ? id : fields.get(names[name] ?? name));
  return {
    text: (name) => optionalText(value(name)),
    number(name) {
      const stored = Number(optionalText(value(name)) ?? Number.NaN);
      return Number.isFinite(stored) ? stored : undefined;
    },
    json: (name) => optionalJson(value(name), name),
    bytes(name) {
      const stored = value(name);
      return stored instanceof Uint8Array ? stored : undefined;
    },
  };
};

/** Of a delivery that is shown: `describeScript` gives them, in this order. */
export const shownFields: readonly string[] = [
  'source',
  'receivedAt',
  'address',
  'outcome',
  'rejection',
  'duplicateOf',
];

/** Never throws. */
export const inboxDeliveryFrom = (
  id: string,
  values: readonly unknown[],
  events: readonly InboxEvent[],
): InboxDelivery =>
  inboxDeliveryFromFields(storedFields(id, new Map(shownFields.map((name, index) => [name, values[index]]))), events);

/** From fields like `2:startedAt`. */
export const attemptsFrom = (fields: Stored): Attempt[] => {
  const numbers = [...fields.keys()].flatMap((name) => /^([0-9]{1,9}):startedAt$/.exec(name)?.[1] ?? []);
  return numbers
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => {
      const attempt = ['startedAt', 'endedAt', 'error'].map((name) => [name, fields.get(`${number}:${name}`)] as const);
      return attemptFromFields(storedFields('', new Map<string, unknown>([['number', number], ...attempt])));
    });
};
