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
import { heardAtOf, subjectIdOf } from '@mediahooks/core/inbox';
import type { Activity } from './activity.ts';
import { json, number, text, toJson, version } from './rows.ts';

/** Puts deliveries, events and what is known of subjects into the file. Each function runs within a transaction. */
export interface Store {
  accept(acceptance: Acceptance, now: number): AcceptResult;
  keep(delivery: StoredDelivery, outcome: KeptOutcome, why: Rejection): void;
  countRefused(counts: readonly RefusedCount[]): void;
  /** Makes events of a delivery that is kept already. */
  release(acceptance: Acceptance, now: number): AcceptResult;
}

export const createStore = (database: DatabaseSync, activity: Activity): Store => {
  const findKey = database.prepare('SELECT delivery_id FROM delivery_keys WHERE key = ? AND expires_at > ?');
  const putKey = database.prepare(
    'INSERT INTO delivery_keys (key, delivery_id, expires_at) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET delivery_id = excluded.delivery_id, expires_at = excluded.expires_at',
  );
  const findSubject = database.prepare('SELECT state, version, heard_at FROM subjects WHERE subject = ?');
  const putSubject = database.prepare(
    'INSERT INTO subjects (subject, state, version, heard_at) VALUES (?, ?, ?, ?) ' +
      'ON CONFLICT (subject) DO UPDATE SET state = excluded.state, version = excluded.version',
  );
  const hearSubject = database.prepare('UPDATE subjects SET heard_at = ? WHERE subject = ?');
  const putDelivery = database.prepare(
    'INSERT INTO deliveries (id, source, received_at, outcome, address, path_token, query, headers, body, rejection, duplicate_of, body_part) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const findDelivery = database.prepare('SELECT seq, outcome FROM deliveries WHERE id = ?');
  const mark = database.prepare('UPDATE deliveries SET outcome = ?, rejection = NULL, duplicate_of = ? WHERE seq = ?');
  const hasUnfinished = database.prepare(
    "SELECT 1 AS found FROM events WHERE subject = ? AND status IN ('waiting', 'pending', 'running') LIMIT 1",
  );
  const putEvent = database.prepare(
    'INSERT INTO events (id, delivery_seq, received_at, source, type, name, payload, subject, subject_id, version, previous, status, run_at) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
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

  const insertEvent = (event: PlannedEvent, deliverySeq: number | bigint, receivedAt: number, now: number): void => {
    const blocked = event.subject !== undefined && hasUnfinished.get(event.subject) !== undefined;
    putEvent.run(
      event.id,
      deliverySeq,
      receivedAt,
      event.source,
      event.type,
      event.name,
      JSON.stringify(event.payload),
      event.subject ?? null,
      event.subject === undefined ? null : subjectIdOf(event.subject),
      toJson(event.version),
      toJson(event.previous),
      event.stale ? 'stale' : blocked ? 'waiting' : 'pending',
      now,
    );
  };

  const plan = (acceptance: Acceptance, deliverySeq: number | bigint, now: number): AcceptResult => {
    const known = new Map<string, SubjectRecord>();
    const heardAt = heardAtOf(acceptance.delivery.receivedAt);
    for (const subject of acceptance.subjects) {
      const row = findSubject.get(subject);
      if (row === undefined) continue;
      known.set(subject, { state: json(row, 'state'), version: version(row, 'version') });
      if (number(row, 'heard_at') < heardAt) hearSubject.run(heardAt, subject);
    }
    const { events, subjects } = acceptance.plan(known);
    for (const [subject, { state, version: newest }] of subjects) {
      putSubject.run(subject, toJson(state), toJson(newest), heardAt);
    }
    for (const event of events) insertEvent(event, deliverySeq, acceptance.delivery.receivedAt, now);
    return { kind: 'stored', events };
  };

  /** Takes the keys that a delivery holds; gives the delivery that has one of them already. */
  const claimKeys = ({ delivery, heldKeys, keys, keysExpireAt }: Acceptance, now: number): string | undefined => {
    for (const key of keys) {
      const row = findKey.get(key, now);
      if (row !== undefined) return text(row, 'delivery_id');
    }
    for (const key of heldKeys) putKey.run(key, delivery.id, keysExpireAt);
    return undefined;
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
      const result = plan(acceptance, insertDelivery(delivery, 'stored'), now);
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
      return of === undefined ? plan(acceptance, number(row, 'seq'), now) : { kind: 'duplicate', of };
    },
  };
};
