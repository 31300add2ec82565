import type { DatabaseSync } from 'node:sqlite';
import type { PruneOptions } from '@mediahooks/core';
import type { Activity } from './activity.ts';
import { isUnfinished, promotion } from './columns.ts';
import { number } from './rows.ts';

/** What an operator does to events. Each function runs within a transaction. */
export interface Upkeep {
  requeue(deliveryId: string, now: number): number;
  discard(deliveryId: string, now: number): number;
  /** Removes some; gives how many. 0 when there is nothing left to remove. */
  prune(options: PruneOptions, now: number): number;
  /** Removes some keys that have expired; gives whether there may be more. */
  forgetKeys(now: number): boolean;
}

/** Removed in one transaction, so that deliveries do not wait long behind it. */
const pruneBatch = 500;
const keysPerStep = 1000;

export const createUpkeep = (database: DatabaseSync, activity: Activity): Upkeep => {
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
  const old = database.prepare(
    "SELECT seq FROM deliveries WHERE received_at < ? AND (? OR outcome <> 'quarantined') AND NOT EXISTS (" +
      'SELECT 1 FROM events WHERE events.delivery_seq = deliveries.seq AND (' +
      `${isUnfinished('events')} ` +
      "OR (NOT ? AND events.status = 'dead'))) ORDER BY received_at LIMIT ?",
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
        if (!['dead', 'discarded', 'handled', 'ignored', 'stale'].includes(String(row.status))) continue;
        forgetAttempts.run(number(row, 'seq'));
        again.run(now, number(row, 'seq'));
        count += 1;
      }
      return count;
    },
    discard(deliveryId, now) {
      let count = 0;
      for (const row of eventsOf.all(deliveryId)) {
        if (!['dead', 'pending', 'waiting'].includes(String(row.status))) continue;
        give.run(now, number(row, 'seq'));
        promote.run(number(row, 'seq'));
        count += 1;
      }
      return count + Number(markDiscarded.run(deliveryId).changes);
    },
    prune({ before, refused, unresolved = false }, now) {
      activity.prune(now);
      const flag = unresolved ? 1 : 0;
      const rows = old.all(before, flag, flag, pruneBatch);
      if (refused !== undefined && rows.length === 0) rows.push(...oldRefused.all(refused.before, pruneBatch));
      if (refused !== undefined && rows.length === 0) rows.push(...tooManyRefused.all(pruneBatch, refused.keep));
      for (const row of rows) remove.run(number(row, 'seq'));
      return rows.length;
    },
    forgetKeys: (now) => Number(removeKeys.run(now, keysPerStep).changes) === keysPerStep,
  };
};
