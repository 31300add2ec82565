import type { DatabaseSync } from 'node:sqlite';
import type {
  Acceptance,
  AcceptResult,
  DeliveryOutcome,
  KeptOutcome,
  PlannedEvent,
  RefusedCount,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import { heardAtOf } from '@mediahooks/core/inbox';
import type { Activity } from './activity.ts';
import { bodyJson, isSameJson } from './body-json.ts';
import { wholeText } from './columns.ts';
import { number, text, toJson } from './rows.ts';
import type { PlaceInLine, Subjects } from './subjects.ts';

/** Puts deliveries, events and what is known of subjects into the file. Each function runs within a transaction. */
export interface Store {
  accept(acceptance: Acceptance, now: number): AcceptResult;
  keep(delivery: StoredDelivery, outcome: KeptOutcome, why: Rejection): void;
  countRefused(counts: readonly RefusedCount[]): void;
  /** Makes events of a delivery that is kept already. */
  release(acceptance: Acceptance, now: number): AcceptResult;
}

/** Where an event goes. */
interface EventPlace extends PlaceInLine {
  readonly deliverySeq: number | bigint;
  readonly number: number;
  readonly receivedAt: number;
  readonly now: number;
  /** Its payload is what the body of its delivery says. */
  readonly saysBody: boolean;
}

const noSubject: PlaceInLine = { subjectSeq: null, isBlocked: false };

export const createStore = (database: DatabaseSync, activity: Activity, subjects: Subjects): Store => {
  const findKey = database.prepare(
    `SELECT ${wholeText('delivery_id', 'delivery_id')} FROM delivery_keys WHERE key = ? AND expires_at > ?`,
  );
  // why only where it has expired: changes nothing where another delivery has the key.
  const takeKey = database.prepare(
    'INSERT INTO delivery_keys (key, delivery_id, expires_at) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET delivery_id = excluded.delivery_id, expires_at = excluded.expires_at ' +
      'WHERE delivery_keys.expires_at <= ?',
  );
  const dropKey = database.prepare('DELETE FROM delivery_keys WHERE key = ?');
  const putDelivery = database.prepare(
    'INSERT INTO deliveries (id, source, received_at, outcome, address, path_token, query, headers, body, rejection, duplicate_of, body_part) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const findDelivery = database.prepare('SELECT seq, outcome FROM deliveries WHERE id = ?');
  const mark = database.prepare('UPDATE deliveries SET outcome = ?, rejection = NULL, duplicate_of = ? WHERE seq = ?');
  const putEvent = database.prepare(
    'INSERT INTO events (delivery_seq, number, received_at, source, type, name, payload, subject_seq, version, previous, status, run_at) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );

  const insertDelivery = (
    delivery: StoredDelivery,
    outcome: DeliveryOutcome,
    rejection?: Rejection,
    duplicateOf?: string,
  ): number | bigint =>
    putDelivery.run(
      delivery.id,
      delivery.source,
      delivery.receivedAt,
      outcome,
      delivery.address ?? null,
      delivery.pathToken ?? null,
      delivery.query,
      JSON.stringify(delivery.headers),
      delivery.body,
      toJson(rejection),
      duplicateOf ?? null,
      delivery.bodyPart ?? null,
    ).lastInsertRowid;

  const insertEvent = (event: PlannedEvent, place: EventPlace): void => {
    putEvent.run(
      place.deliverySeq,
      place.number,
      place.receivedAt,
      event.source,
      event.type,
      event.name,
      place.saysBody ? null : JSON.stringify(event.payload),
      place.subjectSeq,
      toJson(event.version),
      toJson(event.previous),
      event.stale ? 'stale' : place.isBlocked ? 'waiting' : 'pending',
      place.now,
    );
  };

  /** `json` is what the body says that was stored with it; `undefined` where that is not at hand. */
  const plan = (acceptance: Acceptance, deliverySeq: number | bigint, now: number, json: unknown): AcceptResult => {
    const { id, receivedAt } = acceptance.delivery;
    const about = subjects.open(heardAtOf(receivedAt));
    const known = new Map<string, SubjectRecord>();
    for (const subject of acceptance.subjects) {
      const record = about.recordOf(subject);
      if (record !== undefined) known.set(subject, record);
    }
    const { events, subjects: records } = acceptance.plan(known);
    for (const [subject, record] of records) about.remember(subject, record);
    for (const [place, event] of events.entries()) {
      // why: it is made of its delivery's again.
      if (event.id !== `${id}.${place}`) throw new TypeError(`Event ${event.id} should be called ${id}.${place}.`);
      const line = event.subject === undefined ? noSubject : about.line(event.subject);
      const saysBody = json !== undefined && isSameJson(event.payload, json);
      insertEvent(event, { ...line, deliverySeq, number: place, receivedAt, now, saysBody });
    }
    return { kind: 'stored', events };
  };

  /** Takes the keys that a delivery holds; gives the delivery that has one of them already. */
  const claimKeys = ({ delivery, heldKeys, keys, keysExpireAt }: Acceptance, now: number): string | undefined => {
    for (const key of keys) {
      const of = heldKeys.includes(key) ? undefined : holderOf(key, now);
      if (of !== undefined) return of;
    }
    for (const [index, key] of heldKeys.entries()) {
      if (takeKey.run(key, delivery.id, keysExpireAt, now).changes > 0) continue;
      const taken = heldKeys.slice(0, index);
      if (taken.includes(key)) continue;
      // why afterwards: hardly any delivery is a duplicate, and this way a key is looked for once.
      for (const one of taken) dropKey.run(one);
      return holderOf(key, now);
    }
    return undefined;
  };

  const holderOf = (key: string, now: number): string | undefined => {
    const row = findKey.get(key, now);
    return row && text(row, 'delivery_id');
  };

  /** Last, so that what could not be stored is not counted. */
  const note = ({ receivedAt, source }: StoredDelivery, outcome: DeliveryOutcome): void =>
    activity.note(outcome, { receivedAt, source, count: 1 });

  return {
    accept(acceptance, now) {
      const { delivery } = acceptance;
      const of = claimKeys(acceptance, now);
      if (of !== undefined) {
        insertDelivery(delivery, 'duplicate', undefined, of);
        note(delivery, 'duplicate');
        return { kind: 'duplicate', of };
      }
      const result = plan(acceptance, insertDelivery(delivery, 'stored'), now, bodyJson(delivery.body));
      note(delivery, 'stored');
      return result;
    },
    keep(delivery, outcome, why) {
      insertDelivery(delivery, outcome, why);
      note(delivery, outcome);
    },
    countRefused(counts) {
      for (const one of counts) activity.note('rejected', one);
    },
    release(acceptance, now) {
      const { id } = acceptance.delivery;
      const row = findDelivery.get(id);
      if (row === undefined) throw new Error(`There is no delivery ${id} in this inbox.`);
      // why: two replays at the same time make its events once.
      if (row.outcome === 'stored') return { kind: 'duplicate', of: id };
      const of = claimKeys(acceptance, now);
      mark.run(of === undefined ? 'stored' : 'duplicate', of ?? null, number(row, 'seq'));
      return of === undefined ? plan(acceptance, number(row, 'seq'), now, undefined) : { kind: 'duplicate', of };
    },
  };
};
