import type { DatabaseSync } from 'node:sqlite';
import type { EventStatus } from '@mediahooks/core';
import type { ClaimedEvent } from '@mediahooks/core/inbox';
import { eventColumns, promotion } from './columns.ts';
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
  /** Makes due what was never tried and is not due yet: it was taken while the clock was ahead. */
  bringForward(now: number): void;
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
    "UPDATE events INDEXED BY events_pending SET run_at = ? WHERE status = 'pending' AND run_at > ? AND attempts = 0",
  next: "SELECT min(run_at) AS run_at FROM events INDEXED BY events_pending WHERE status = 'pending'",
  lost: "SELECT seq, lease, attempts FROM events INDEXED BY events_running WHERE status = 'running' AND lease_until < ? LIMIT 100",
} as const;

export const createJobs = (database: DatabaseSync): Jobs => {
  const due = database.prepare(backlogQueries.due);
  const take = database.prepare(
    "UPDATE events SET status = 'running', lease = ?, lease_until = ?, attempts = attempts + 1 WHERE seq = ?",
  );
  const readJob = database.prepare(
    `SELECT ${eventColumns} FROM events LEFT JOIN deliveries ON deliveries.seq = events.delivery_seq WHERE events.seq = ?`,
  );
  const readDelivery = database.prepare('SELECT * FROM deliveries WHERE seq = ?');
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
    bringForward(now) {
      ahead.run(now, now);
    },
    nextRunAt() {
      const runAt = next.get()?.run_at;
      return typeof runAt === 'number' ? runAt : undefined;
    },
  };
};
