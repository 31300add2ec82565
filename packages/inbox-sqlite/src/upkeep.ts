import type { DatabaseSync } from 'node:sqlite';
import type { PruneOptions } from '@mediahooks/core';
import type { Place, PruneStep } from '@mediahooks/core/inbox';
import { isUnfinished, promotion } from './columns.ts';
import { number } from './rows.ts';

/** What an operator does to events. Each function runs within a transaction. */
export interface Upkeep {
  requeue(deliveryId: string, now: number): number;
  discard(deliveryId: string, now: number): number;
  /** Removes what may go of the oldest deliveries behind `after`; gives where to go on. */
  prune(options: PruneOptions, after: Place): PruneStep;
  /** Removes some refused deliveries; gives how many. 0 when there are none left to remove. */
  pruneRefused(limits: RefusedLimits): number;
  /** Removes some keys that have expired; gives whether there may be more. */
  forgetKeys(now: number): boolean;
}

type RefusedLimits = NonNullable<PruneOptions['refused']>;

/** Looked at in one transaction, so that deliveries do not wait long behind it. */
const pruneBatch = 500;
const keysPerStep = 1000;

export const createUpkeep = (database: DatabaseSync): Upkeep => {
  const eventsOf = database.prepare(
    'SELECT events.seq, events.status FROM events JOIN deliveries ON deliveries.seq = events.delivery_seq ' +
      'WHERE deliveries.id = ? ORDER BY events.seq',
  );
  const forgetAttempts = database.prepare('DELETE FROM attempts WHERE event_seq = ?');
  const again = database.prepare(
    `UPDATE events SET status = CASE WHEN EXISTS (SELECT 1 FROM events AS others WHERE others.subject_seq = events.subject_seq AND ${isUnfinished('others')}) ` +
      "THEN 'waiting' ELSE 'pending' END, attempts = 0, run_at = ? WHERE seq = ?",
  );
  const give = database.prepare("UPDATE events SET status = 'discarded', run_at = ? WHERE seq = ?");
  const promote = database.prepare(promotion);
  const markDiscarded = database.prepare(
    "UPDATE deliveries SET outcome = 'stored' WHERE id = ? AND outcome = 'quarantined'",
  );
  // why in slices, and not the first that may go: there may be many that stay, and each step would go through all of them again.
  const slice =
    'SELECT seq, received_at FROM deliveries INDEXED BY deliveries_by_time WHERE received_at < ? ' +
    `AND (received_at, seq) > (?, ?) ORDER BY received_at, seq LIMIT ${pruneBatch}`;
  const last = database.prepare(`SELECT * FROM (${slice}) LIMIT 1 OFFSET ${pruneBatch - 1}`);
  const removeOld = database.prepare(
    `DELETE FROM deliveries WHERE seq IN (SELECT seq FROM (${slice})) AND (? OR outcome IN ('duplicate', 'rejected', 'stored')) AND NOT EXISTS (` +
      'SELECT 1 FROM events WHERE events.delivery_seq = deliveries.seq AND (' +
      `${isUnfinished('events')} OR (NOT ? AND events.status NOT IN ('discarded', 'handled', 'ignored', 'stale'))))`,
  );
  const oldRefused = database.prepare(
    "SELECT seq FROM deliveries WHERE outcome = 'rejected' AND received_at < ? ORDER BY received_at LIMIT ?",
  );
  const tooManyRefused = database.prepare(
    "SELECT seq FROM deliveries WHERE outcome = 'rejected' ORDER BY received_at DESC, seq DESC LIMIT ? OFFSET ?",
  );
  const remove = database.prepare('DELETE FROM deliveries WHERE seq = ?');
  const removeKeys = database.prepare(
    'DELETE FROM delivery_keys WHERE key IN ' +
      '(SELECT key FROM delivery_keys INDEXED BY delivery_keys_by_expiry WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  );

  return {
    requeue(deliveryId, now) {
      let count = 0;
      for (const row of eventsOf.all(deliveryId)) {
        if (['pending', 'running', 'waiting'].includes(String(row.status))) continue;
        forgetAttempts.run(number(row, 'seq'));
        again.run(now, number(row, 'seq'));
        // why: all events of its subject may wait, where the one ahead of them was damaged, and so never done with.
        promote.run(now, number(row, 'seq'));
        count += 1;
      }
      return count;
    },
    discard(deliveryId, now) {
      let count = 0;
      for (const row of eventsOf.all(deliveryId)) {
        // why so: one with a status that nobody knows is shown as a dead letter.
        if (['discarded', 'handled', 'ignored', 'running', 'stale'].includes(String(row.status))) continue;
        give.run(now, number(row, 'seq'));
        promote.run(now, number(row, 'seq'));
        count += 1;
      }
      return count + Number(markDiscarded.run(deliveryId).changes);
    },
    prune({ before, unresolved = false }, after) {
      const flag = unresolved ? 1 : 0;
      const row = last.get(before, after.receivedAt, after.seq);
      // why afterwards: what is removed would move the end of the slice.
      const { changes } = removeOld.run(before, after.receivedAt, after.seq, flag, flag);
      return {
        removed: Number(changes),
        next: row && { receivedAt: number(row, 'received_at'), seq: number(row, 'seq') },
      };
    },
    pruneRefused({ before, keep }) {
      const rows = oldRefused.all(before, pruneBatch);
      if (rows.length === 0) rows.push(...tooManyRefused.all(pruneBatch, keep));
      for (const row of rows) remove.run(number(row, 'seq'));
      return rows.length;
    },
    forgetKeys: (now) => Number(removeKeys.run(now, keysPerStep).changes) === keysPerStep,
  };
};
