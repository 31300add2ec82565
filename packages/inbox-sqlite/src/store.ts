import type { DatabaseSync } from 'node:sqlite';
import type {
  Acceptance,
  AcceptResult,
  DeliveryOutcome,
  PlannedEvent,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import { json, text, toJson, version } from './rows.ts';

/** Puts deliveries, events and what is known of subjects into the file. Each function runs within a transaction. */
export interface Store {
  accept(acceptance: Acceptance, now: number): AcceptResult;
  quarantine(delivery: StoredDelivery, why: Rejection): void;
  /** Makes events of a delivery that is kept already. */
  release(acceptance: Acceptance, now: number): AcceptResult;
}

export const createStore = (database: DatabaseSync): Store => {
  const findKey = database.prepare('SELECT delivery_id FROM delivery_keys WHERE key = ? AND expires_at > ?');
  const putKey = database.prepare(
    'INSERT INTO delivery_keys (key, delivery_id, expires_at) VALUES (?, ?, ?) ' +
      'ON CONFLICT (key) DO UPDATE SET delivery_id = excluded.delivery_id, expires_at = excluded.expires_at',
  );
  const findSubject = database.prepare('SELECT state, version FROM subjects WHERE subject = ?');
  const putSubject = database.prepare(
    'INSERT INTO subjects (subject, state, version) VALUES (?, ?, ?) ' +
      'ON CONFLICT (subject) DO UPDATE SET state = excluded.state, version = excluded.version',
  );
  const putDelivery = database.prepare(
    'INSERT INTO deliveries (id, source, received_at, outcome, address, path_token, query, headers, body, rejection, duplicate_of) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const markStored = database.prepare(
    "UPDATE deliveries SET outcome = 'stored', rejection = NULL WHERE id = ? RETURNING seq",
  );
  const hasUnfinished = database.prepare(
    "SELECT 1 AS found FROM events WHERE subject = ? AND status IN ('waiting', 'pending', 'running') LIMIT 1",
  );
  const putEvent = database.prepare(
    'INSERT INTO events (id, delivery_seq, source, type, name, payload, subject, version, previous, status, run_at) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
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
    ).lastInsertRowid;

  const insertEvent = (event: PlannedEvent, deliverySeq: number | bigint, now: number): void => {
    const blocked = event.subject !== undefined && hasUnfinished.get(event.subject) !== undefined;
    putEvent.run(
      event.id,
      deliverySeq,
      event.source,
      event.type,
      event.name,
      JSON.stringify(event.payload),
      event.subject ?? null,
      toJson(event.version),
      toJson(event.previous),
      event.stale ? 'stale' : blocked ? 'waiting' : 'pending',
      now,
    );
  };

  const plan = (acceptance: Acceptance, deliverySeq: number | bigint, now: number): AcceptResult => {
    const known = new Map<string, SubjectRecord>();
    for (const subject of acceptance.subjects) {
      const row = findSubject.get(subject);
      if (row !== undefined) known.set(subject, { state: json(row, 'state'), version: version(row, 'version') });
    }
    const { events, subjects } = acceptance.plan(known);
    for (const [subject, record] of subjects) putSubject.run(subject, toJson(record.state), toJson(record.version));
    for (const event of events) insertEvent(event, deliverySeq, now);
    return { kind: 'stored', events };
  };

  return {
    accept(acceptance, now) {
      const { delivery, keys, keysExpireAt } = acceptance;
      for (const key of keys) {
        const row = findKey.get(key, now);
        if (row === undefined) continue;
        const of = text(row, 'delivery_id');
        insertDelivery(delivery, 'duplicate', undefined, of);
        return { kind: 'duplicate', of };
      }
      for (const key of keys) putKey.run(key, delivery.id, keysExpireAt);
      return plan(acceptance, insertDelivery(delivery, 'stored'), now);
    },
    quarantine(delivery, why) {
      insertDelivery(delivery, 'quarantined', why);
    },
    release(acceptance, now) {
      const row = markStored.get(acceptance.delivery.id);
      const seq = row?.seq;
      if (typeof seq !== 'number') throw new Error(`There is no delivery ${acceptance.delivery.id} in this inbox.`);
      return plan(acceptance, seq, now);
    },
  };
};
