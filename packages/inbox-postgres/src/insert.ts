import type {
  DeliveryOutcome,
  EventStatus,
  PlannedEvent,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import { subjectIdOf } from '@mediahooks/core/inbox';
import { type Activity, addActivity } from './activity.ts';
import type { Transaction } from './connections.ts';
import { toJson } from './rows.ts';
import { encodeText, lookupKey, subjectIdKey } from './text.ts';

export interface NewDelivery {
  readonly delivery: StoredDelivery;
  readonly outcome: DeliveryOutcome;
  readonly rejection?: Rejection;
  readonly duplicateOf?: string;
}

export interface NewEvent {
  readonly deliveryId: string;
  readonly event: PlannedEvent;
  readonly status: EventStatus;
  readonly jobId: string | undefined;
}

export interface NewRows {
  readonly deliveries: readonly NewDelivery[];
  /** Of new deliveries, or of some that are there; in the order in which they are to be handled. */
  readonly events: readonly NewEvent[];
  /** By lookup key; all of them locked. */
  readonly subjects: ReadonlyMap<string, SubjectRecord>;
  readonly now: number;
}

export type Insert = (transaction: Transaction, rows: NewRows) => Promise<void>;

/** Puts rows of all kinds into their tables with one statement, because each costs a way to the server and back. */
export const createInsert = (schema: string, activity: Activity): Insert => {
  const statement = `
    WITH changed AS (
      UPDATE ${schema}.subjects SET state = new.state, version = new.version
      FROM unnest($1::text[], $2::text[], $3::text[]) AS new (subject_key, state, version)
      WHERE subjects.subject_key = new.subject_key
    ), inserted AS (
      INSERT INTO ${schema}.deliveries
        (id, source, received_at, outcome, address, path_token, query, headers, body, rejection, duplicate_of, body_part)
      SELECT * FROM unnest($4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
        $12::bytea[], $13::text[], $14::text[], $36::text[])
      RETURNING seq, id, received_at
    ), kept AS (
      SELECT seq, id, received_at FROM inserted
      UNION ALL SELECT seq, id, received_at FROM ${schema}.deliveries WHERE id = ANY($15::text[])
    ), counted AS (
      ${addActivity(schema, 30)}
    )
    INSERT INTO ${schema}.events (delivery_seq, received_at, id, source, type, type_key, name, payload, subject, subject_key, subject_id_key,
      version, previous, status, job_id, run_at)
    SELECT kept.seq, kept.received_at, new.id, source, type, type_key, name, payload, subject, subject_key, subject_id_key, version, previous, status, job_id, $29
    FROM unnest($15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[],
      $24::text[], $25::text[], $26::text[], $27::uuid[], $28::integer[], $37::text[]) AS new (delivery_id, id, source, type, type_key, name,
      payload, subject, subject_key, version, previous, status, job_id, place, subject_id_key)
    JOIN kept ON kept.id = new.delivery_id
    ORDER BY place`;

  return async ({ query }, { deliveries, events, now, subjects }) => {
    if (deliveries.length === 0 && events.length === 0 && subjects.size === 0) return;
    const optional = (value: string | undefined): string | null => (value === undefined ? null : encodeText(value));
    const records = [...subjects];
    await query(statement, [
      records.map(([key]) => key),
      records.map(([, { state }]) => toJson(state)),
      records.map(([, one]) => toJson(one.version)),
      deliveries.map(({ delivery }) => encodeText(delivery.id)),
      deliveries.map(({ delivery }) => encodeText(delivery.source)),
      deliveries.map(({ delivery }) => delivery.receivedAt),
      deliveries.map(({ outcome }) => outcome),
      deliveries.map(({ delivery }) => optional(delivery.address)),
      deliveries.map(({ delivery }) => optional(delivery.pathToken)),
      deliveries.map(({ delivery }) => encodeText(delivery.query)),
      deliveries.map(({ delivery }) => JSON.stringify(delivery.headers)),
      deliveries.map(({ delivery }) => asBuffer(delivery.body)),
      deliveries.map(({ rejection }) => toJson(rejection)),
      deliveries.map(({ duplicateOf }) => optional(duplicateOf)),
      events.map(({ deliveryId }) => encodeText(deliveryId)),
      events.map(({ event }) => encodeText(event.id)),
      events.map(({ event }) => encodeText(event.source)),
      events.map(({ event }) => encodeText(event.type)),
      events.map(({ event }) => lookupKey(event.type)),
      events.map(({ event }) => encodeText(event.name)),
      events.map(({ event }) => JSON.stringify(event.payload)),
      events.map(({ event }) => optional(event.subject)),
      events.map(({ event }) => (event.subject === undefined ? null : lookupKey(event.subject))),
      events.map(({ event }) => toJson(event.version)),
      events.map(({ event }) => toJson(event.previous)),
      events.map(({ status }) => status),
      events.map(({ jobId }) => jobId ?? null),
      events.map((_event, place) => place),
      now,
      ...activity.parameters(
        deliveries.map(({ delivery: { receivedAt, source }, outcome }) => ({ receivedAt, source, outcome, count: 1 })),
      ),
      deliveries.map(({ delivery }) => delivery.bodyPart ?? null),
      events.map(({ event }) => (event.subject === undefined ? null : subjectIdKey(subjectIdOf(event.subject)))),
    ]);
  };
};

const asBuffer = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength);
