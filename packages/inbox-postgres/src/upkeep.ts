import { randomUUID } from 'node:crypto';
import type { PruneOptions } from '@mediahooks/core';
import type { Place, PruneStep } from '@mediahooks/core/inbox';
import type { Transaction } from './connections.ts';
import type { JobQueue } from './job-queue.ts';
import { number, type Row, text } from './rows.ts';
import { rawText, type Subjects } from './subjects.ts';
import { encodeText } from './text.ts';

/** What an operator does to events. Each function runs within a transaction. */
export interface Upkeep {
  requeue(transaction: Transaction, deliveryId: string, now: number): Promise<number>;
  discard(transaction: Transaction, deliveryId: string, now: number): Promise<number>;
  /** Removes what may go of the oldest deliveries behind `after`; gives where to go on. */
  prune(transaction: Transaction, options: PruneOptions, after: Place): Promise<PruneStep>;
  /** Removes some refused deliveries; gives how many. 0 when there are none left to remove. */
  pruneRefused(transaction: Transaction, limits: RefusedLimits): Promise<number>;
  /** Removes some keys that have expired; gives how many. 0 when there are none left. */
  forgetKeys(transaction: Transaction, now: number): Promise<number>;
  /** Forgets some subjects that nothing was heard of since; gives how many. 0 when there is none left to forget. */
  forgetSubjects(transaction: Transaction, before: number): Promise<number>;
}

type RefusedLimits = NonNullable<PruneOptions['refused']>;

/** Looked at in one transaction, so that deliveries do not wait long behind it. */
const pruneBatch = 500;
/** Removed in one transaction. */
const keysPerStep = 10_000;

export const createUpkeep = (schema: string, subjects: Subjects, queue: JobQueue): Upkeep => {
  const lockDelivery = `SELECT seq, outcome FROM ${schema}.deliveries WHERE id = $1 FOR UPDATE`;
  const subjectsOf = `SELECT DISTINCT subject_key FROM ${schema}.events WHERE delivery_seq = $1 AND subject_key IS NOT NULL`;
  const eventsOf = `SELECT seq, id, subject_key, status, job_id FROM ${schema}.events WHERE delivery_seq = $1 ORDER BY seq`;
  const forgetAttempts = `DELETE FROM ${schema}.attempts WHERE event_seq = $1`;
  const again = `UPDATE ${schema}.events SET status = $2, job_id = $3, attempts = 0, run_at = $4 WHERE seq = $1`;
  const giveUp = `UPDATE ${schema}.events SET status = 'discarded', job_id = NULL, run_at = $2 WHERE seq = $1`;
  const markDiscarded = `UPDATE ${schema}.deliveries SET outcome = 'stored' WHERE seq = $1`;
  const removeKeys = `
    DELETE FROM ${schema}.delivery_keys WHERE key IN (
      SELECT key FROM ${schema}.delivery_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT ${keysPerStep} FOR UPDATE SKIP LOCKED)
    RETURNING 1`;
  // why in slices, and not the first that may go: there may be many that stay, and each step would go through all of them again.
  // why skip locked: a delivery that somebody is just putting back in line stays.
  const lockOld = `
    SELECT seq, received_at FROM ${schema}.deliveries WHERE received_at < $1 AND (received_at, seq) > ($2, $3)
    ORDER BY received_at, seq LIMIT ${pruneBatch} FOR UPDATE SKIP LOCKED`;
  // why not in the statement that locks: it would see the events as they were before somebody put them back in line.
  const removeOld = `
    DELETE FROM ${schema}.deliveries WHERE seq = ANY ($1) AND ($2 OR outcome IN ('duplicate', 'rejected', 'stored')) AND NOT EXISTS (
      SELECT 1 FROM ${schema}.events WHERE events.delivery_seq = deliveries.seq
        AND (events.status IN ('waiting', 'pending', 'running') OR (NOT $2 AND events.status NOT IN ('discarded', 'handled', 'ignored', 'stale'))))
    RETURNING 1`;

  const removeRefused = `
    DELETE FROM ${schema}.deliveries WHERE seq IN (
      SELECT seq FROM ${schema}.deliveries WHERE outcome = 'rejected' AND (received_at < $1 OR (received_at, seq) < ANY (
        SELECT received_at, seq FROM ${schema}.deliveries WHERE outcome = 'rejected'
        ORDER BY received_at DESC, seq DESC LIMIT 1 OFFSET $2 - 1))
      ORDER BY received_at LIMIT ${pruneBatch} FOR UPDATE SKIP LOCKED)
    RETURNING seq`;

  // why skip locked: of a subject that somebody has locked something is just heard.
  const forget = `
    DELETE FROM ${schema}.subjects WHERE subject_key IN (
      SELECT subject_key FROM ${schema}.subjects WHERE heard_at < $1 AND NOT EXISTS (
        SELECT 1 FROM ${schema}.events WHERE events.subject_key = subjects.subject_key AND status IN ('waiting', 'pending', 'running'))
      ORDER BY heard_at LIMIT ${pruneBatch} FOR UPDATE SKIP LOCKED)
    RETURNING subject_key`;

  /** Locks a delivery and the subjects of its events, then reads the events. */
  const lock = async (
    transaction: Transaction,
    deliveryId: string,
  ): Promise<{ delivery: Row; events: readonly Row[]; keys: readonly string[] } | undefined> => {
    const [delivery] = await transaction.query(lockDelivery, [encodeText(deliveryId)]);
    if (delivery === undefined) return undefined;
    const seq = number(delivery, 'seq');
    const keys = (await transaction.query(subjectsOf, [seq])).map((row) => rawText(row.subject_key));
    await subjects.lock(transaction, keys);
    return { delivery, keys, events: await transaction.query(eventsOf, [seq]) };
  };

  return {
    async requeue(transaction, deliveryId, now) {
      const locked = await lock(transaction, deliveryId);
      if (locked === undefined) return 0;
      const busy = new Set(await subjects.unfinished(transaction, locked.keys));
      const done = locked.events.filter(({ status }) => !['waiting', 'pending', 'running'].includes(String(status)));
      for (const row of done) {
        const key = typeof row.subject_key === 'string' ? row.subject_key : undefined;
        const isBlocked = key !== undefined && busy.has(key);
        const jobId = isBlocked ? undefined : randomUUID();
        if (key !== undefined) busy.add(key);
        await transaction.query(forgetAttempts, [number(row, 'seq')]);
        await transaction.query(again, [number(row, 'seq'), isBlocked ? 'waiting' : 'pending', jobId ?? null, now]);
        if (jobId !== undefined) await queue.send(transaction.db, [{ id: jobId, event: text(row, 'id') }]);
      }
      return done.length;
    },

    async discard(transaction, deliveryId, now) {
      const locked = await lock(transaction, deliveryId);
      if (locked === undefined) return 0;
      let count = 0;
      for (const row of locked.events) {
        // why so: one with a status that nobody knows is shown as a dead letter.
        if (['discarded', 'handled', 'ignored', 'running', 'stale'].includes(String(row.status))) continue;
        // why: a job that has been claimed in the meantime runs; it is too late for it.
        if (row.job_id !== null && !(await queue.withdraw(transaction.db, rawText(row.job_id)))) continue;
        await transaction.query(giveUp, [number(row, 'seq'), now]);
        count += 1;
      }
      await subjects.promote(transaction, locked.keys, now);
      if (locked.delivery.outcome !== 'quarantined') return count;
      await transaction.query(markDiscarded, [number(locked.delivery, 'seq')]);
      return count + 1;
    },

    async prune({ query }, { before, unresolved = false }, after) {
      const rows = await query(lockOld, [before, after.receivedAt, after.seq]);
      const removed = await query(removeOld, [rows.map(({ seq }) => seq), unresolved]);
      const last = rows.length < pruneBatch ? undefined : rows.at(-1);
      return {
        removed: removed.length,
        next: last && { receivedAt: number(last, 'received_at'), seq: number(last, 'seq') },
      };
    },
    pruneRefused: async ({ query }, { before, keep }) => (await query(removeRefused, [before, keep])).length,
    forgetKeys: async ({ query }, now) => (await query(removeKeys, [now])).length,
    forgetSubjects: async ({ query }, before) => (await query(forget, [before])).length,
  };
};
