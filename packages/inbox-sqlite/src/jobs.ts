import type { DatabaseSync } from 'node:sqlite';
import type { EventStatus, InboxEvent, StoredDelivery } from '@mediahooks/core';
import { eventColumns, promotion } from './columns.ts';
import { deliveryFromRow, eventFromRow, number, type Row } from './rows.ts';
import { isEngineError } from './write-queue.ts';

export interface Job {
  readonly seq: number;
  readonly event: InboxEvent;
  readonly delivery: StoredDelivery;
  /** 1 for the first. */
  readonly attempt: number;
}

/** An event whose lease has run out: its process died, or was stopped for longer than the lease. */
export interface LostJob {
  readonly seq: number;
  readonly attempt: number;
}

/** Events as jobs with leases. Each function runs within a transaction. */
export interface Jobs {
  claim(lease: string, now: number, leaseUntil: number, limit: number): Job[];
  /** Writes down how an attempt ended. `false` where the lease was lost in the meantime: then nothing changes. */
  finish(job: Job, lease: string, status: EventStatus, endedAt: number, error?: string): boolean;
  /** Puts an event back in line for `runAt`. */
  retry(job: Job, lease: string, runAt: number, endedAt: number, error: string): boolean;
  /** `false` where the lease was lost in the meantime. */
  renew(job: Job, lease: string, leaseUntil: number): boolean;
  lost(now: number): LostJob[];
  giveBack(job: LostJob, runAt: number): void;
  /** Gives back everything under a lease. */
  giveBackAll(lease: string, runAt: number): void;
  /** Makes an event a dead letter. Gives it with its delivery, where it can be read. */
  bury(job: LostJob, now: number): Job | undefined;
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
  lost: "SELECT seq, attempts FROM events INDEXED BY events_running WHERE status = 'running' AND lease_until < ? LIMIT 100",
} as const;

export const createJobs = (database: DatabaseSync): Jobs => {
  const due = database.prepare(backlogQueries.due);
  const take = database.prepare(
    "UPDATE events SET status = 'running', lease = ?, lease_until = ?, attempts = attempts + 1 WHERE seq = ?",
  );
  const readJob = database.prepare(
    `SELECT ${eventColumns} FROM events JOIN deliveries ON deliveries.seq = events.delivery_seq WHERE events.seq = ?`,
  );
  const readDelivery = database.prepare('SELECT * FROM deliveries WHERE seq = ?');
  const beginAttempt = database.prepare('INSERT INTO attempts (event_seq, number, started_at) VALUES (?, ?, ?)');
  const endAttempt = database.prepare('UPDATE attempts SET ended_at = ?, error = ? WHERE event_seq = ? AND number = ?');
  const end = database.prepare(
    "UPDATE events SET status = ?, run_at = ?, lease = NULL, lease_until = NULL WHERE seq = ? AND lease = ? AND attempts = ? AND status = 'running'",
  );
  const promote = database.prepare(promotion);
  const prolong = database.prepare(
    "UPDATE events SET lease_until = ? WHERE seq = ? AND lease = ? AND attempts = ? AND status = 'running'",
  );
  const findLost = database.prepare(backlogQueries.lost);
  const back = database.prepare(
    "UPDATE events SET status = ?, run_at = ?, lease = NULL, lease_until = NULL WHERE seq = ? AND attempts = ? AND status = 'running'",
  );
  const backAll = database.prepare(
    "UPDATE events SET status = 'pending', run_at = ?, lease = NULL, lease_until = NULL WHERE lease = ? AND status = 'running'",
  );
  const next = database.prepare(backlogQueries.next);
  const ahead = database.prepare(backlogQueries.ahead);

  const ended = (
    job: Job,
    lease: string,
    status: EventStatus,
    runAt: number,
    endedAt: number,
    error?: string,
  ): boolean => {
    if (end.run(status, runAt, job.seq, lease, job.attempt).changes === 0) return false;
    endAttempt.run(endedAt, error ?? null, job.seq, job.attempt);
    return true;
  };

  const readWhole = (seq: number, row: Row): Job => {
    const event = eventFromRow(row);
    const delivery = readDelivery.get(number(row, 'delivery_seq'));
    if (delivery === undefined) throw new Error(`Delivery ${event.deliveryId} is gone.`);
    return { seq, event, delivery: deliveryFromRow(delivery), attempt: event.attempts };
  };

  /** A row that nobody can read must not keep all others from being claimed. */
  const buryUnreadable = (seq: number, row: Row, now: number, error: unknown): void => {
    const attempt = number(row, 'attempts');
    back.run('dead', now, seq, attempt);
    endAttempt.run(now, `It cannot be read: ${String(error)}.`, seq, attempt);
    promote.run(now, seq);
  };

  return {
    claim(lease, now, leaseUntil, limit) {
      return due.all(now, limit).flatMap((found) => {
        const seq = number(found, 'seq');
        take.run(lease, leaseUntil, seq);
        const row = readJob.get(seq);
        if (row === undefined) throw new Error(`Event ${seq} is gone.`);
        beginAttempt.run(seq, number(row, 'attempts'), now);
        try {
          return [readWhole(seq, row)];
        } catch (error) {
          if (isEngineError(error)) throw error;
          buryUnreadable(seq, row, now, error);
          return [];
        }
      });
    },
    finish(job, lease, status, endedAt, error) {
      if (!ended(job, lease, status, endedAt, endedAt, error)) return false;
      if (job.event.subject !== undefined) promote.run(endedAt, job.seq);
      return true;
    },
    retry: (job, lease, runAt, endedAt, error) => ended(job, lease, 'pending', runAt, endedAt, error),
    renew: (job, lease, leaseUntil) => prolong.run(leaseUntil, job.seq, lease, job.attempt).changes > 0,
    lost: (now) =>
      findLost.all(now).map((row) => ({
        seq: number(row, 'seq'),
        attempt: number(row, 'attempts'),
      })),
    giveBack(job, runAt) {
      back.run('pending', runAt, job.seq, job.attempt);
    },
    giveBackAll(lease, runAt) {
      backAll.run(runAt, lease);
    },
    bury(job, now) {
      if (back.run('dead', 0, job.seq, job.attempt).changes === 0) return undefined;
      promote.run(now, job.seq);
      const row = readJob.get(job.seq);
      try {
        return row === undefined ? undefined : readWhole(job.seq, row);
      } catch (error) {
        if (isEngineError(error)) throw error;
        return undefined;
      }
    },
    bringForward(now) {
      ahead.run(now, now);
    },
    nextRunAt() {
      const runAt = next.get()?.run_at;
      return typeof runAt === 'number' ? runAt : undefined;
    },
  };
};
