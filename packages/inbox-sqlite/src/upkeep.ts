import type { DatabaseSync } from 'node:sqlite';
import type { PruneOptions } from '@mediahooks/core';
import type { Activity } from './activity.ts';
import { number, optionalText } from './rows.ts';

/** What an operator does to events. Each function runs within a transaction. */
export interface Upkeep {
  requeue(deliveryId: string, now: number): number;
  discard(deliveryId: string, now: number): number;
  /** Removes some; gives how many. 0 when there is nothing left to remove. */
  prune(options: PruneOptions, now: number): number;
  /** Forgets some subjects that nothing was heard of since; gives how many. 0 when there is none left to forget. */
  forgetSubjects(before: number): number;
}

/** Removed in one transaction, so that deliveries do not wait long behind it. */
const pruneBatch = 500;

export const createUpkeep = (database: DatabaseSync, activity: Activity): Upkeep => {
  const eventsOf = database.prepare(
    'SELECT events.seq, events.subject, events.status FROM events JOIN deliveries ON deliveries.seq = events.delivery_seq ' +
      'WHERE deliveries.id = ? ORDER BY events.seq',
  );
  const forgetAttempts = database.prepare('DELETE FROM attempts WHERE event_seq = ?');
  const again = database.prepare('UPDATE events SET status = ?, attempts = 0, run_at = ? WHERE seq = ?');
  const hasUnfinished = database.prepare(
    "SELECT 1 AS found FROM events WHERE subject = ? AND status IN ('waiting', 'pending', 'running') LIMIT 1",
  );
  const give = database.prepare("UPDATE events SET status = 'discarded', run_at = ? WHERE seq = ?");
  const promote = database.prepare(
    "UPDATE events SET status = 'pending' WHERE seq = (SELECT seq FROM events WHERE subject = ? AND status IN ('waiting', 'pending', 'running') " +
      "AND status = 'waiting' ORDER BY seq LIMIT 1) AND NOT EXISTS (SELECT 1 FROM events WHERE subject = ? AND " +
      "status IN ('waiting', 'pending', 'running') AND status <> 'waiting')",
  );
  const markDiscarded = database.prepare(
    "UPDATE deliveries SET outcome = 'stored' WHERE id = ? AND outcome = 'quarantined'",
  );
  const old = database.prepare(
    "SELECT seq FROM deliveries WHERE received_at < ? AND (? OR outcome <> 'quarantined') AND NOT EXISTS (" +
      "SELECT 1 FROM events WHERE events.delivery_seq = deliveries.seq AND (events.status IN ('waiting', 'pending', 'running') " +
      "OR (NOT ? AND events.status = 'dead'))) ORDER BY received_at LIMIT ?",
  );
  const oldRefused = database.prepare(
    "SELECT seq FROM deliveries WHERE outcome = 'rejected' AND received_at < ? ORDER BY received_at LIMIT ?",
  );
  const tooManyRefused = database.prepare(
    "SELECT seq FROM deliveries WHERE outcome = 'rejected' ORDER BY received_at DESC, seq DESC LIMIT ? OFFSET ?",
  );
  const remove = database.prepare('DELETE FROM deliveries WHERE seq = ?');
  const forget = database.prepare(
    'DELETE FROM subjects WHERE subject IN (SELECT subject FROM subjects WHERE heard_at < ? AND NOT EXISTS (' +
      "SELECT 1 FROM events WHERE events.subject = subjects.subject AND status IN ('waiting', 'pending', 'running')) " +
      'ORDER BY heard_at LIMIT ?)',
  );
  const removeKeys = database.prepare('DELETE FROM delivery_keys WHERE expires_at <= ?');

  return {
    requeue(deliveryId, now) {
      let count = 0;
      for (const row of eventsOf.all(deliveryId)) {
        if (!['dead', 'discarded', 'handled', 'ignored', 'stale'].includes(String(row.status))) continue;
        const subject = optionalText(row, 'subject');
        const blocked = subject !== undefined && hasUnfinished.get(subject) !== undefined;
        forgetAttempts.run(number(row, 'seq'));
        again.run(blocked ? 'waiting' : 'pending', now, number(row, 'seq'));
        count += 1;
      }
      return count;
    },
    discard(deliveryId, now) {
      let count = 0;
      for (const row of eventsOf.all(deliveryId)) {
        if (!['dead', 'pending', 'waiting'].includes(String(row.status))) continue;
        const subject = optionalText(row, 'subject');
        give.run(now, number(row, 'seq'));
        if (subject !== undefined) promote.run(subject, subject);
        count += 1;
      }
      return count + Number(markDiscarded.run(deliveryId).changes);
    },
    prune({ before, refused, unresolved = false }, now) {
      removeKeys.run(now);
      activity.prune(now);
      const flag = unresolved ? 1 : 0;
      const rows = old.all(before, flag, flag, pruneBatch);
      if (refused !== undefined && rows.length === 0) rows.push(...oldRefused.all(refused.before, pruneBatch));
      if (refused !== undefined && rows.length === 0) rows.push(...tooManyRefused.all(pruneBatch, refused.keep));
      for (const row of rows) remove.run(number(row, 'seq'));
      return rows.length;
    },
    forgetSubjects: (before) => Number(forget.run(before, pruneBatch).changes),
  };
};
