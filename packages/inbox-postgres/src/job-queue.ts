import { type CommandResponse, PgBoss } from 'pg-boss';
import type { StatementRunner } from './connections.ts';

/** A job that was claimed: pg-boss's id, and which of its attempts this is. What it settles, it settles for that attempt only. */
export interface Claim {
  readonly id: string;
  readonly retryCount: number;
}

export interface NewJob {
  /** A UUID. */
  readonly id: string;
  /** Of the event; for people who look into pg-boss's tables. */
  readonly event: string;
}

/**
 * The events that may run now or later, as jobs of pg-boss. Everything but `maintain` becomes part of the transaction `db` is of.
 * Where pg-boss is given several jobs, it says which of them it still found under their claim.
 *
 * why not pg-boss's policy `key_strict_fifo`, with the subject as its key: it orders by when a transaction began, not by when it got
 * the subject's lock, so that of two deliveries the later one may come out first; each fetch looks at all that is queued (measured:
 * 84 ms with 20,000 subjects, 480 ms with 100,000, against 2 ms here); and a job that has failed for good blocks its key. Therefore an
 * event gets its job only when it is first of its subject, in the same transaction that ends the one before it.
 */
export interface JobQueue {
  send(db: StatementRunner, jobs: readonly NewJob[]): Promise<void>;
  claim(db: StatementRunner, limit: number): Promise<readonly Claim[]>;
  /** Takes jobs out of the queue for good. Our own tables say how they ended, for longer than pg-boss would. */
  remove(db: StatementRunner, claims: readonly Claim[]): Promise<ReadonlySet<string>>;
  /** Puts a claimed job back, to be claimed again after `delayMs`. */
  putBack(db: StatementRunner, claim: Claim, delayMs: number): Promise<boolean>;
  /** Takes a job out of the queue unless it is claimed. */
  withdraw(db: StatementRunner, id: string): Promise<boolean>;
  /** Renews leases. */
  renew(db: StatementRunner, claims: readonly Claim[]): Promise<ReadonlySet<string>>;
  /** Puts jobs back whose lease has run out. One process of all does it at a time. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}

export interface JobQueueOptions {
  readonly schema: string;
  readonly db: StatementRunner;
  readonly leaseMs: number;
  /** What goes wrong in pg-boss's own background work. */
  readonly onError: (error: unknown) => void;
}

const name = 'events';
const secondsPerDay = 86_400;

/** The shortest lease pg-boss knows. */
export const minLeaseMs = 10_000;

/** Opens pg-boss on its own schema, in which it makes tables and brings them up to date by itself. */
export const openJobQueue = async (options: JobQueueOptions): Promise<JobQueue> => {
  const { db, leaseMs, onError, schema } = options;
  const leaseSeconds = Math.ceil(leaseMs / 1000);
  const boss = new PgBoss({
    db,
    schema,
    // why: it is there. Processes that start together would make it at the same time, and all but one fail.
    createSchema: false,
    schedule: false,
    // why: only a process that works on events looks after leases, when it calls `maintain`.
    supervise: false,
    monitorIntervalSeconds: Math.max(1, Math.floor(leaseSeconds / 6)),
    monitorVacuum: false,
  });
  boss.on('error', onError);
  try {
    await boss.start();
    await boss.createQueue(name, {
      policy: 'standard',
      // why: core decides how often an event is tried; pg-boss must never give up by itself.
      retryLimit: 1_000_000,
      retryDelay: 0,
      // why: the longest pg-boss allows. Leases are kept by heartbeats; this ends handlers that hang for ever.
      expireInSeconds: secondsPerDay,
      // why: pg-boss deletes jobs that were queued for longer. Ten years: never.
      retentionSeconds: 3650 * secondsPerDay,
      heartbeatSeconds: leaseSeconds,
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }

  return {
    async send(connection, jobs) {
      if (jobs.length === 0) return;
      const inserts = jobs.map(({ event, id }) => ({ id, data: { event }, heartbeatSeconds: leaseSeconds }));
      const sent = await boss.insert(name, inserts, { db: connection, returnId: true });
      // why: pg-boss leaves out jobs that it cannot insert; an event without a job would never run.
      if (sent?.length !== jobs.length) throw new Error(`pg-boss took ${sent?.length ?? 0} of ${jobs.length} jobs.`);
    },
    async claim(connection, limit) {
      const jobs = await boss.fetch(name, { batchSize: limit, db: connection });
      return jobs.map(({ id, retryCount }) => ({ id, retryCount }));
    },
    async remove(connection, claims) {
      if (claims.length === 0) return new Set();
      return settledOf(await boss.deleteJob(name, claims.slice(), { db: connection }));
    },
    async putBack(connection, claim, delayMs) {
      const failed = settledOf(await boss.fail(name, claim, null, { db: connection }));
      if (!failed.has(claim.id)) return false;
      // why: a job's own delay is in whole seconds, and the same for each attempt; what is queued again can be given any.
      if (delayMs > 0) await boss.update(name, undefined, { id: claim.id, startAfter: delayMs / 1000, db: connection });
      return true;
    },
    async withdraw(connection, id) {
      // why: an update leaves claimed jobs alone, and locks the others until this transaction ends; deleteJob alone would not ask.
      const { updated } = await boss.update(name, undefined, { id, priority: 0, db: connection });
      if (updated === 0) return false;
      await boss.deleteJob(name, id, { db: connection });
      return true;
    },
    async renew(connection, claims) {
      if (claims.length === 0) return new Set();
      return settledOf(await boss.touch(name, claims.slice(), { db: connection }));
    },
    maintain: () => boss.supervise(name),
    close: () => boss.stop({ graceful: false }),
  };
};

/** Ids of the jobs a command found under their claim. pg-boss gives them, and leaves them out of its types. */
const settledOf = (response: CommandResponse): ReadonlySet<string> => {
  if (!('settled' in response) || !Array.isArray(response.settled)) {
    throw new TypeError('This version of pg-boss does not say which jobs a command has found.');
  }
  return new Set(response.settled.map(String));
};
