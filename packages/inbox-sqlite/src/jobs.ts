import type { DatabaseSync } from 'node:sqlite';
import type { EventStatus } from '@mediahooks/core';
import type { ClaimedEvent } from '@mediahooks/core/inbox';
import { deliveryColumns, eventColumns, promotion } from './columns.ts';
import { claimedFromRows, number, optionalText, type Row } from './rows.ts';

/** An event as an attempt finds it. */
export interface AttemptedEvent extends ClaimedEvent {
  /** 1 for the first. */
  readonly attempt: number;
}

export interface Job extends AttemptedEvent {
  readonly seq: number;
  readonly lease: string;
}

/** An event whose lease has run out: its process died, or was stopped for longer than the lease. */
export interface LostJob {
  readonly seq: number;
  readonly lease: string | undefined;
  readonly attempt: number;
}

/** Events as jobs with leases. Each function runs within a transaction. */
export interface Jobs {
  /**
   * What cannot be read is a dead letter already.
   *
   * why a lease that no other claim has: a replay counts attempts from 1 again, and what is late must not be taken for the new one.
   */
  claim(lease: string, now: number, leaseUntil: number, limit: number): Job[];
  /** Writes down how an attempt ended. `false` where the lease was lost in the meantime: then nothing changes. */
  finish(job: Job, status: EventStatus, endedAt: number, error?: string): boolean;
  /** Puts an event back in line for `runAt`. */
  retry(job: Job, runAt: number, endedAt: number, error: string): boolean;
  /** `false` where the lease was lost in the meantime. */
  renew(job: Job, leaseUntil: number): boolean;
  lost(now: number): LostJob[];
  giveBack(job: LostJob, runAt: number): void;
  /** Makes an event a dead letter, and gives it. `undefined` where it was taken in the meantime. */
  bury(job: LostJob, now: number): AttemptedEvent | undefined;
  /**
   * Puts right what was written while the clock was ahead: makes due what was never tried, tries again what has failed no later than it
   * would else be, and ends the leases of processes that died.
   *
   * @param waitsMs So long an event waits at most that was tried so often, from 0. Those that were tried more often are left as they are.
   * @param leaseMs Of this process.
   */
  bringForward(now: number, waitsMs: readonly number[], leaseMs: number): void;
  /** When the next event is due, in milliseconds since the epoch. */
  nextRunAt(): number | undefined;
}

/**
 * What is asked again and again, however long the backlog.
 *
 * why INDEXED BY: without statistics SQLite takes the index that begins with the status, and sorts the whole backlog each time.
 */
export const backlogQueries = {
  due: "SELECT seq FROM events INDEXED BY events_pending WHERE status = 'pending' AND run_at <= ? ORDER BY run_at, seq LIMIT ?",
  ahead:
    "UPDATE events INDEXED BY events_pending SET run_at = ? + (? ->> attempts) WHERE status = 'pending' AND run_at > ? " +
    'AND run_at > ? + (? ->> attempts)',
  aheadLeases:
    "UPDATE events INDEXED BY events_running SET lease_until = ? WHERE status = 'running' AND lease_until > ?",
  next: "SELECT min(run_at) AS run_at FROM events INDEXED BY events_pending WHERE status = 'pending'",
  // why without a lease too: it was changed by hand, and nobody would ever find it.
  lost:
    "SELECT seq, lease, attempts FROM events INDEXED BY events_running WHERE status = 'running' " +
    'AND (lease_until IS NULL OR lease_until < ?) LIMIT 100',
} as const;

/**
 * No lease that a process takes is longer, but for its own.
 *
 * why not just its own: another's may be longer, and be renewed less often.
 */
const longestLeaseMs = 3_600_000;

export const createJobs = (database: DatabaseSync): Jobs => {
  const due = database.prepare(backlogQueries.due);
  // why within limits: a number that the column, or JavaScript, cannot hold would keep every event from being claimed.
  const take = database.prepare(
    "UPDATE events SET status = 'running', lease = ?, lease_until = ?, " +
      `attempts = min(max(attempts, 0), ${Number.MAX_SAFE_INTEGER - 1}) + 1 WHERE seq = ?`,
  );
  const readJob = database.prepare(
    `SELECT ${eventColumns} FROM events LEFT JOIN deliveries ON deliveries.seq = events.delivery_seq WHERE events.seq = ?`,
  );
  const readDelivery = database.prepare(`SELECT ${deliveryColumns} FROM deliveries WHERE seq = ?`);
  const findLost = database.prepare(backlogQueries.lost);
  // why: a number that JavaScript cannot hold is damage too, and would throw before anything of the row is known.
  for (const read of [readJob, readDelivery, findLost]) read.setReadBigInts(true);
  // why OR REPLACE: where somebody has counted by hand, one event must not keep all others from being claimed.
  const beginAttempt = database.prepare(
    'INSERT OR REPLACE INTO attempts (event_seq, number, started_at) VALUES (?, ?, ?)',
  );
  const endAttempt = database.prepare('UPDATE attempts SET ended_at = ?, error = ? WHERE event_seq = ? AND number = ?');
  const end = database.prepare(
    "UPDATE events SET status = ?, run_at = ?, lease = NULL, lease_until = NULL WHERE seq = ? AND lease = ? AND status = 'running'",
  );
  const promote = database.prepare(promotion);
  const prolong = database.prepare(
    "UPDATE events SET lease_until = ? WHERE seq = ? AND lease = ? AND status = 'running'",
  );
  const back = database.prepare(
    "UPDATE events SET status = ?, run_at = ?, lease = NULL, lease_until = NULL WHERE seq = ? AND lease IS ? AND status = 'running'",
  );
  const next = database.prepare(backlogQueries.next);
  const ahead = database.prepare(backlogQueries.ahead);
  const aheadLeases = database.prepare(backlogQueries.aheadLeases);

  const ended = (job: Job, status: EventStatus, runAt: number, endedAt: number, error?: string): boolean => {
    if (end.run(status, runAt, job.seq, job.lease).changes === 0) return false;
    endAttempt.run(endedAt, error ?? null, job.seq, job.attempt);
    return true;
  };

  const read = (seq: number): AttemptedEvent => {
    const row = readJob.get(seq);
    if (row === undefined) throw new Error(`Event ${seq} is gone.`);
    const delivery: Row = readDelivery.get(number(row, 'delivery_seq')) ?? {};
    return { ...claimedFromRows(row, delivery), attempt: number(row, 'attempts') };
  };

  const kill = ({ lease, seq }: LostJob, now: number): boolean => {
    if (back.run('dead', now, seq, lease ?? null).changes === 0) return false;
    promote.run(now, seq);
    return true;
  };

  return {
    claim(lease, now, leaseUntil, limit) {
      return due.all(now, limit).map((found) => {
        const seq = number(found, 'seq');
        take.run(lease, leaseUntil, seq);
        const job = { seq, lease, ...read(seq) };
        beginAttempt.run(seq, job.attempt, now);
        if (job.unreadable !== undefined) {
          kill(job, now);
          endAttempt.run(now, job.unreadable, seq, job.attempt);
        }
        return job;
      });
    },
    finish(job, status, endedAt, error) {
      if (!ended(job, status, endedAt, endedAt, error)) return false;
      if (job.event.subject !== undefined) promote.run(endedAt, job.seq);
      return true;
    },
    retry: (job, runAt, endedAt, error) => ended(job, 'pending', runAt, endedAt, error),
    renew: (job, leaseUntil) => prolong.run(leaseUntil, job.seq, job.lease).changes > 0,
    lost: (now) =>
      findLost.all(now).map((row) => ({
        seq: number(row, 'seq'),
        lease: optionalText(row, 'lease'),
        attempt: number(row, 'attempts'),
      })),
    giveBack(job, runAt) {
      back.run('pending', runAt, job.seq, job.lease ?? null);
    },
    bury: (job, now) => (kill(job, now) ? read(job.seq) : undefined),
    bringForward(now, waitsMs, leaseMs) {
      const waits = JSON.stringify(waitsMs);
      ahead.run(now, waits, now, now, waits);
      const leaseUntil = now + Math.max(leaseMs, longestLeaseMs);
      aheadLeases.run(leaseUntil, leaseUntil);
    },
    nextRunAt() {
      const runAt = next.get()?.run_at;
      return typeof runAt === 'number' ? runAt : undefined;
    },
  };
};
