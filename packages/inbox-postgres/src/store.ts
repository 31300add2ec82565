import { randomUUID } from 'node:crypto';
import type {
  Acceptance,
  AcceptResult,
  KeptOutcome,
  PlannedEvent,
  Rejection,
  StoredDelivery,
  SubjectRecord,
} from '@mediahooks/core';
import { heardAtOf } from '@mediahooks/core/inbox';
import type { Activity } from './activity.ts';
import type { Transaction } from './connections.ts';
import { claimKeys } from './delivery-keys.ts';
import { createInsert, type NewDelivery, type NewEvent } from './insert.ts';
import type { JobQueue } from './job-queue.ts';
import type { Subjects } from './subjects.ts';
import { encodeText, lookupKey } from './text.ts';

/** What is stored in one transaction with others. */
export type Write =
  | { readonly kind: 'accept'; readonly acceptance: Acceptance }
  | {
      readonly kind: 'keep';
      readonly delivery: StoredDelivery;
      readonly outcome: KeptOutcome;
      readonly why: Rejection;
    };

/** Puts deliveries, events and what is known of subjects into the database. Each function runs within a transaction. */
export interface Store {
  /** Gives the results in the order of `writes`. Throws where one of them cannot be stored: then none is. */
  write(transaction: Transaction, writes: readonly Write[], now: number): Promise<readonly AcceptResult[]>;
  /** Makes events of a delivery that is kept already. */
  release(transaction: Transaction, acceptance: Acceptance, now: number): Promise<AcceptResult>;
}

interface Planned {
  readonly events: ReadonlyMap<Acceptance, readonly PlannedEvent[]>;
  readonly rows: readonly NewEvent[];
  /** By lookup key. */
  readonly subjects: ReadonlyMap<string, SubjectRecord>;
}

export const createStore = (schema: string, subjects: Subjects, jobs: JobQueue, activity: Activity): Store => {
  const insert = createInsert(schema, activity);
  const mark =
    `UPDATE ${schema}.deliveries SET outcome = $2, rejection = NULL, duplicate_of = $3 ` +
    "WHERE id = $1 AND outcome <> 'stored' RETURNING seq";
  const find = `SELECT seq FROM ${schema}.deliveries WHERE id = $1`;

  /** Plans one delivery after the other, each with what those before it have made known. */
  const plan = async (transaction: Transaction, acceptances: readonly Acceptance[]): Promise<Planned> => {
    const locked = await subjects.lock(
      transaction,
      acceptances.flatMap((one) => one.subjects.map(lookupKey)),
      latestHeardAt(acceptances),
    );
    const changed = new Map<string, SubjectRecord>();
    const events = new Map<Acceptance, readonly PlannedEvent[]>();
    for (const acceptance of acceptances) {
      const known = new Map<string, SubjectRecord>();
      for (const subject of acceptance.subjects) {
        const record = changed.get(lookupKey(subject)) ?? locked.get(lookupKey(subject));
        if (record !== undefined) known.set(subject, record);
      }
      const made = acceptance.plan(known);
      for (const [subject, record] of made.subjects) changed.set(lookupKey(subject), record);
      events.set(acceptance, made.events);
    }
    return { events, subjects: changed, rows: await standInLine(transaction, events) };
  };

  /** Says of each event whether it may run, or waits behind an earlier one of its subject. */
  const standInLine = async (
    transaction: Transaction,
    planned: ReadonlyMap<Acceptance, readonly PlannedEvent[]>,
  ): Promise<readonly NewEvent[]> => {
    const keys = [...planned.values()]
      .flat()
      .flatMap(({ subject }) => (subject === undefined ? [] : [lookupKey(subject)]));
    const named = new Set([...planned.keys()].flatMap((acceptance) => acceptance.subjects.map(lookupKey)));
    // why: a plan may make events of subjects that it did not name before.
    await subjects.lock(
      transaction,
      keys.filter((key) => !named.has(key)),
      latestHeardAt(planned.keys()),
    );
    const busy = new Set(await subjects.unfinished(transaction, keys));
    const rows: NewEvent[] = [];
    for (const [{ delivery }, events] of planned) {
      for (const event of events) {
        const key = event.subject === undefined ? undefined : lookupKey(event.subject);
        const status = event.stale ? 'stale' : key !== undefined && busy.has(key) ? 'waiting' : 'pending';
        if (status === 'pending' && key !== undefined) busy.add(key);
        rows.push({ deliveryId: delivery.id, event, status, jobId: status === 'pending' ? randomUUID() : undefined });
      }
    }
    return rows;
  };

  const sendJobs = async ({ db }: Transaction, rows: readonly NewEvent[]): Promise<void> =>
    jobs.send(
      db,
      rows.flatMap(({ event, jobId }) => (jobId === undefined ? [] : [{ id: jobId, event: event.id }])),
    );

  return {
    async write(transaction, writes, now) {
      const acceptances = writes.flatMap((write) => (write.kind === 'accept' ? [write.acceptance] : []));
      const duplicates = await claimKeys(transaction, schema, acceptances, now);
      const planned = await plan(
        transaction,
        acceptances.filter(({ delivery }) => !duplicates.has(delivery.id)),
      );
      const deliveries = writes.map((write): NewDelivery => {
        if (write.kind === 'keep') {
          return { delivery: write.delivery, outcome: write.outcome, rejection: write.why };
        }
        const { delivery } = write.acceptance;
        const duplicateOf = duplicates.get(delivery.id);
        return duplicateOf === undefined
          ? { delivery, outcome: 'stored' }
          : { delivery, outcome: 'duplicate', duplicateOf };
      });
      await insert(transaction, { deliveries, events: planned.rows, subjects: planned.subjects, now });
      await sendJobs(transaction, planned.rows);
      return writes.map((write): AcceptResult => {
        if (write.kind === 'keep') return { kind: 'stored', events: [] };
        const of = duplicates.get(write.acceptance.delivery.id);
        if (of !== undefined) return { kind: 'duplicate', of };
        return { kind: 'stored', events: planned.events.get(write.acceptance) ?? [] };
      });
    },
    async release(transaction, acceptance, now) {
      const { id } = acceptance.delivery;
      const of = (await claimKeys(transaction, schema, [acceptance], now)).get(id);
      const outcome = of === undefined ? 'stored' : 'duplicate';
      const released = await transaction.query(mark, [
        encodeText(id),
        outcome,
        of === undefined ? null : encodeText(of),
      ]);
      if (released.length === 0) {
        const found = await transaction.query(find, [encodeText(id)]);
        if (found.length === 0) throw new Error(`There is no delivery ${id} in this inbox.`);
        // why: two replays at the same time make its events once.
        return { kind: 'duplicate', of: id };
      }
      if (of !== undefined) return { kind: 'duplicate', of };
      const planned = await plan(transaction, [acceptance]);
      await insert(transaction, { deliveries: [], events: planned.rows, subjects: planned.subjects, now });
      await sendJobs(transaction, planned.rows);
      return { kind: 'stored', events: planned.events.get(acceptance) ?? [] };
    },
  };
};

/** Of deliveries that are stored together. */
const latestHeardAt = (acceptances: Iterable<Acceptance>): number =>
  Math.max(...[...acceptances].map(({ delivery }) => heardAtOf(delivery.receivedAt)));
