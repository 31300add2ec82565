import type { Clock, InboxWorker, JobResult } from '@mediahooks/core';
import type { AttemptedEvent, Job, Jobs, LostJob } from './jobs.ts';
import type { WriteQueue } from './write-queue.ts';

export interface WorkerLoop {
  /** There may be something to do. */
  wake(): void;
  /** Takes nothing more, waits for what is running, and aborts it after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

export interface WorkerLoopOptions {
  readonly jobs: Jobs;
  readonly queue: WriteQueue;
  readonly worker: InboxWorker;
  readonly clock: Clock;
  /** What this process's leases begin with; unique. */
  readonly lease: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** How often other processes' work is looked for. */
  readonly pollMs: number;
}

interface RunningJob {
  readonly controller: AbortController;
  done: Promise<void>;
  /** From then on another process may have it, though its lease may turn out to be this one's still. */
  leaseUntil: number;
  /** Its handlers are done; only that has still to be written down. */
  ended: boolean;
}

/** So long a handler has to end after it was aborted. */
const abortGraceMs = 1000;

export const startWorkerLoop = (options: WorkerLoopOptions): WorkerLoop => {
  const { clock, concurrency, jobs, lease, leaseMs, pollMs, queue, worker } = options;
  const running = new Map<Job, RunningJob>();
  /** How many handlers run. What has ended and is not written down yet takes no place. */
  let busy = 0;
  const stopping = new AbortController();
  let pumping: Promise<void> | undefined;
  let again = false;
  /** What the clock said when events were last claimed. */
  let claimedAt = Number.POSITIVE_INFINITY;
  let claims = 0;
  /** What the clock said when this process last claimed events or renewed its leases. */
  let wroteAt = Number.POSITIVE_INFINITY;
  /** Until then, no lease is taken for that of a process that died, or not at once. */
  let trustUntil = Number.NEGATIVE_INFINITY;
  /** For so long this process has not slept, as far as it knows. */
  let awakeMs = 0;
  /** Leases that had run out and were left alone, with {@link awakeMs} as it was then. */
  let spared: ReadonlyMap<string, number> = new Map();
  let released = false;
  let cancelPoll = (): void => undefined;
  let cancelRenew = (): void => undefined;

  const wake = (): void => {
    again = true;
    if (pumping !== undefined || stopping.signal.aborted) return;
    cancelPoll();
    pumping = pump().then(
      () => pumped(false),
      // why: the file may be locked or full for now. What was claimed comes back with its lease.
      () => pumped(true),
    );
  };

  const pumped = (failed: boolean): void => {
    pumping = undefined;
    if (stopping.signal.aborted) return;
    if (again && !failed && busy < concurrency) wake();
    else cancelPoll = clock.after(failed ? pollMs : untilNextRun(), wake);
  };

  /** Claims and runs until there is nothing to claim, or no room. */
  const pump = async (): Promise<void> => {
    while (busy < concurrency) {
      again = false;
      const { abandoned, claimed, now } = await queue.writeDown(() => {
        const now = clock.now();
        // why: asked within the transaction: what is claimed after a stop would wait for the end of its lease.
        if (stopping.signal.aborted) return { abandoned: [], claimed: [], now };
        if (now < claimedAt) jobs.bringForward(now, longestWaits(), leaseMs);
        noteTime(now);
        claims += 1;
        return {
          abandoned: recoverLost(now),
          claimed: jobs.claim(`${lease} ${claims}`, now, now + leaseMs, concurrency - busy),
          now,
        };
      });
      claimedAt = now;
      wroteAt = now;
      for (const { attempt, delivery, event } of abandoned) worker.abandoned?.(event, delivery, attempt);
      for (const job of claimed) {
        if (job.unreadable === undefined) run(job, now + leaseMs);
        else worker.abandoned?.(job.event, job.delivery, job.attempt, job.unreadable);
      }
      if (claimed.length === 0) return;
    }
  };

  const untilNextRun = (): number => {
    if (busy >= concurrency) return pollMs;
    try {
      return Math.min(pollMs, Math.max((jobs.nextRunAt() ?? Number.POSITIVE_INFINITY) - clock.now(), 1));
    } catch {
      // why: a file that cannot be read now is looked at again at the next poll.
      return pollMs;
    }
  };

  /** So long an event waits at most that was tried so often. */
  const longestWaits = (): number[] => {
    const waits = [0];
    for (let attempted = 1; attempted < 100; attempted += 1) {
      const delayMs = worker.retryDelayMs(attempted);
      if (delayMs === undefined) break;
      // why twice: it is somewhat longer or shorter each time.
      waits.push(Math.ceil(delayMs * 2));
    }
    return waits;
  };

  /**
   * To be called in each transaction, before what it does with leases.
   *
   * why: where this process has written nothing for long, neither have others: the machine slept, the clock was put forward, the file was
   * locked. They get the time to renew what they run, or it would be handled twice at the same time.
   */
  const noteTime = (now: number): void => {
    const graceUntil = now + leaseMs / 2;
    const passedMs = now - wroteAt;
    const hasSlept = passedMs > leaseMs / 2;
    if (!hasSlept) awakeMs += Math.max(passedMs, 0);
    // why the lesser: the clock may have been put back.
    trustUntil = hasSlept ? graceUntil : Math.min(trustUntil, graceUntil);
  };

  /**
   * What was left alone for half a lease that this process was awake is left alone no longer.
   *
   * why: one that is suspended again and again would wait for the end of its grace for ever.
   */
  const notSpared = (lost: readonly LostJob[], now: number): readonly LostJob[] => {
    if (now >= trustUntil) return lost;
    const nameOf = ({ lease, seq }: LostJob): string => `${seq} ${lease}`;
    spared = new Map(lost.map(nameOf).map((name) => [name, spared.get(name) ?? awakeMs]));
    return lost.filter((job) => awakeMs - (spared.get(nameOf(job)) ?? awakeMs) >= leaseMs / 2);
  };

  /** Gives what has become a dead letter by it. */
  const recoverLost = (now: number): readonly AttemptedEvent[] =>
    notSpared(jobs.lost(now), now).flatMap((job) => {
      if (takeUpAgain(job, now)) return [];
      // why: at once, not after the delay: nothing says that the event is at fault. The number of attempts still ends a crash loop.
      if (worker.retryDelayMs(job.attempt) === undefined) return jobs.bury(job, now) ?? [];
      jobs.giveBack(job, now);
      return [];
    });

  /**
   * Renews what this very process still runs, and could not renew in time.
   *
   * why: a machine that slept, and a turn of the event loop that took long, end leases too. Nobody has taken the event over: run once
   * more, it would be handled twice at the same time, and at its last attempt be a dead letter while its handler is at it.
   */
  const takeUpAgain = (lost: LostJob, now: number): boolean =>
    [...running.keys()].some(
      (job) => job.seq === lost.seq && job.lease === lost.lease && jobs.renew(job, now + leaseMs),
    );

  /** Aborts what another process may have begun by now: this one could not write for as long as a lease. */
  const abortOverdue = (): void => {
    const now = clock.now();
    for (const { controller, ended, leaseUntil } of running.values()) {
      if (!ended && leaseUntil <= now) controller.abort();
    }
  };

  const run = (job: Job, leaseUntil: number): void => {
    const one: RunningJob = { controller: new AbortController(), done: Promise.resolve(), leaseUntil, ended: false };
    running.set(job, one);
    busy += 1;
    one.done = attempt(job, one).finally(() => running.delete(job));
  };

  const attempt = async (job: Job, one: RunningJob): Promise<void> => {
    const { signal } = one.controller;
    const result = await worker
      .run(job.event, job.delivery, { signal, attempt: job.attempt })
      .catch((error: unknown): JobResult => {
        // why: it has promised not to. A rejection that nobody takes would end the process, again and again.
        return { kind: 'failed', error: String(error), retryInMs: worker.retryDelayMs(job.attempt) };
      });
    one.ended = true;
    busy -= 1;
    const write = (): boolean => {
      const now = clock.now();
      if (result.kind !== 'failed') return jobs.finish(job, result.kind, now);
      // why: what was aborted by a stop has not failed for good, whichever attempt it was.
      if (stopping.signal.aborted && signal.aborted) return jobs.retry(job, now, now, result.error);
      if (result.retryInMs === undefined) return jobs.finish(job, 'dead', now, result.error);
      return jobs.retry(job, now + result.retryInMs, now, result.error);
    };
    for (;;) {
      const isLastTry = stopping.signal.aborted;
      try {
        const written = queue.writeDown(write);
        // why before it is: what takes its place is claimed in the same transaction.
        wake();
        await written;
        return;
      } catch {
        // why: the event is done, and would be handled again if that were not written down. Where it cannot be until the process
        // ends, it is: at least once.
        if (isLastTry) return;
        await pause();
      }
    }
  };

  /** Until the next poll, or a stop. */
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const end = (): void => {
        cancel();
        stopping.signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(pollMs, end);
      stopping.signal.addEventListener('abort', end);
    });

  const renew = (): void => {
    cancelRenew = clock.after(leaseMs / 3, () => {
      void queue
        .writeDown(() => {
          const now = clock.now();
          noteTime(now);
          // why: only what this process runs. Anything else under its name would be kept from everyone for ever.
          const held = [...running].map(([job, one]) => ({ one, isRenewed: jobs.renew(job, now + leaseMs) }));
          return { held, now };
        })
        .then(({ held, now }) => {
          wroteAt = now;
          for (const { isRenewed, one } of held) {
            if (isRenewed) one.leaseUntil = now + leaseMs;
            else if (!one.ended) one.controller.abort();
          }
        }, abortOverdue)
        .finally(() => !released && renew());
    });
  };

  /** Resolves when nothing runs any more, or after `ms`. */
  const settled = async (ms: number): Promise<void> => {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve);
    });
    const all = async (): Promise<void> => {
      await pumping;
      await Promise.all([...running.values()].map((one) => one.done));
    };
    await Promise.race([all(), timeout]);
    cancel();
  };

  renew();
  wake();
  return {
    wake,
    async stop(timeoutMs) {
      stopping.abort();
      cancelPoll();
      await settled(timeoutMs);
      for (const { controller } of running.values()) controller.abort();
      if (running.size > 0) await settled(abortGraceMs);
      released = true;
      cancelRenew();
      // why: not left to the lease: what this process no longer waits for, another may begin at once.
      const left = [...running.keys()];
      const giveBack = (): void => {
        for (const job of left) jobs.giveBack(job, clock.now());
      };
      if (left.length > 0) await queue.write(giveBack).catch(() => undefined);
    },
  };
};
