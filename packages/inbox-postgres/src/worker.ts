import type { Clock, InboxEvent, InboxWorker } from '@mediahooks/core';
import { minLeaseMs } from './job-queue.ts';
import type { Ending, Job } from './jobs.ts';

export interface WorkerLoop {
  /** There may be something to do. */
  wake(): void;
  /** Takes nothing more, waits for what is running, and aborts it after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

/** What a worker asks of the database. Each rejects where that cannot be reached. */
export interface JobSource {
  claim(limit: number): Promise<readonly Job[]>;
  finish(ending: Ending): Promise<boolean>;
  /** Gives the ids of jobs whose lease is renewed. */
  renew(jobs: readonly Job[]): Promise<ReadonlySet<string>>;
  giveBack(jobs: readonly Job[]): Promise<void>;
  /** Puts jobs of processes that died back in line. */
  maintain(): Promise<void>;
}

export interface WorkerLoopOptions {
  readonly source: JobSource;
  readonly worker: InboxWorker;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** How often other processes' work is looked for. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

interface RunningJob {
  readonly job: Job;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  renewedAt: number;
  /** Another has it, or nobody. What was only aborted, because the database said nothing for long, is still this process's. */
  isLost: boolean;
}

/** So long a handler has to end after it was aborted. */
const abortGraceMs = 1000;

/** why: whoever accepted an event chose its lease; often enough for the shortest there is, is often enough for all. */
const renewEveryMs = Math.floor(minLeaseMs / 3);

export const startWorkerLoop = (options: WorkerLoopOptions): WorkerLoop => {
  const { clock, concurrency, leaseMs, onError, pollMs, source, worker } = options;
  const running = new Set<RunningJob>();
  let isStopped = false;
  /** Nothing is waited for any more, nor renewed, even where a handler never ends. */
  let isReleased = false;
  let pumping: Promise<void> | undefined;
  let again = false;
  /** When an event that this process put back in line is due, so that it need not wait for the next poll. */
  let dueAt = Number.POSITIVE_INFINITY;
  let cancelPoll = (): void => undefined;
  let cancelRenew = (): void => undefined;
  let cancelMaintain = (): void => undefined;

  const wake = (): void => {
    if (isStopped) return;
    again = true;
    pumping ??= pump().finally(() => {
      pumping = undefined;
      if (again) wake();
      else schedulePoll();
    });
  };

  /** Takes events as long as there are any, and room for them. */
  const pump = async (): Promise<void> => {
    cancelPoll();
    if (dueAt <= clock.now()) dueAt = Number.POSITIVE_INFINITY;
    try {
      do {
        // why: events that end together make room together; what was asked for while waiting is asked for now.
        await new Promise((resolve) => setImmediate(resolve));
        again = false;
        const free = concurrency - running.size;
        if (free <= 0 || isStopped) return;
        const claimed = await source.claim(free);
        // why: nothing is begun once it is to stop, when nobody may wait for its end.
        if (isStopped) {
          if (claimed.length > 0) await source.giveBack(claimed).catch(onError);
          return;
        }
        for (const job of claimed) run(job);
        if (claimed.length === free) again = true;
      } while (again);
    } catch (error) {
      // why: the database may be gone for now; the next poll tries again.
      again = false;
      // why not then: that it was stopped is no failure.
      if (!isStopped) onError(error);
    }
  };

  const run = (job: Job): void => {
    // why: what is claimed again had lost its lease, be it in this process.
    for (const before of running) if (before.job.claim.id === job.claim.id) lose(before);
    const controller = new AbortController();
    const done = attempt(job, controller.signal)
      .catch(onError)
      .finally(() => {
        running.delete(one);
        wake();
      });
    const one: RunningJob = { job, controller, done, renewedAt: clock.now(), isLost: false };
    running.add(one);
  };

  const lose = (one: RunningJob): void => {
    one.isLost = true;
    one.controller.abort();
  };

  const attempt = async (job: Job, signal: AbortSignal): Promise<void> => {
    const said = await resultOf(job, signal);
    // why: what was aborted by a stop has not failed for good, whichever attempt it was, and may begin again at once.
    const result = said.kind === 'failed' && isStopped && signal.aborted ? { ...said, retryInMs: 0 } : said;
    const endedAt = clock.now();
    if (result.kind === 'failed' && result.retryInMs !== undefined) dueAt = Math.min(dueAt, endedAt + result.retryInMs);
    // why: where the end cannot be written down, the lease runs out and the event comes again: at least once.
    if (await source.finish({ job, result, endedAt })) tell(job, result);
  };

  /** Tells of what has become a dead letter though no handler has failed. */
  const tell = ({ attempt, delivery, event, unreadable }: Job, result: Ending['result']): void => {
    const attempts = result.kind === 'abandoned' ? attempt - 1 : attempt;
    const dead: InboxEvent = { ...event, status: 'dead', attempts };
    if (result.kind === 'abandoned') worker.abandoned?.(dead, delivery, attempts);
    else if (unreadable !== undefined && result.kind === 'failed' && result.retryInMs === undefined)
      worker.abandoned?.(dead, delivery, attempts, unreadable);
  };

  const resultOf = async (job: Job, signal: AbortSignal): Promise<Ending['result']> => {
    // why: an event that takes its process down each time must come to an end too.
    const { attempt, delivery, event, isAfterLoss, unreadable } = job;
    if (isAfterLoss && worker.retryDelayMs(attempt - 1) === undefined) return { kind: 'abandoned' };
    if (unreadable !== undefined) return { kind: 'failed', error: unreadable, retryInMs: undefined };
    return worker.run(event, delivery, { signal, attempt });
  };

  const schedulePoll = (): void => {
    if (isStopped) return;
    cancelPoll();
    const waitMs = running.size >= concurrency ? pollMs : Math.min(pollMs, Math.max(dueAt - clock.now(), 1));
    cancelPoll = clock.after(waitMs, wake);
  };

  /** Gives whether the database could be asked. */
  const renewHeld = async (): Promise<boolean> => {
    // why what was aborted too: a handler may go on all the same, and nobody is to begin its event, or to bury it, meanwhile.
    const held = [...running].filter(({ isLost }) => !isLost);
    try {
      const renewed = held.length === 0 ? new Set<string>() : await source.renew(held.map(({ job }) => job));
      for (const one of held) {
        if (renewed.has(one.job.claim.id)) one.renewedAt = clock.now();
        else lose(one);
      }
      return true;
    } catch (error) {
      onError(error);
      // why: when a lease was not renewed for its whole length, another process may have it already. Nobody says that it has.
      for (const one of held) if (one.renewedAt + leaseMs <= clock.now()) one.controller.abort();
      return false;
    }
  };

  const renew = (): void => {
    cancelRenew = clock.after(renewEveryMs, async () => {
      await renewHeld();
      if (!isReleased) renew();
    });
  };

  /** Finds the events of processes that died; now, and again and again. */
  const maintain = async (): Promise<void> => {
    // why first: a machine that slept, and a turn of the event loop that took long, end leases too. What this very process still runs
    // and nobody has taken over would be handled twice at the same time, and at its last attempt be a dead letter meanwhile.
    if (await renewHeld()) await source.maintain().catch(onError);
    if (isStopped) return;
    wake();
    cancelMaintain = clock.after(Math.floor(leaseMs / 3), maintain);
  };

  /** Resolves when nothing runs any more, or after `ms`. */
  const settled = async (ms: number): Promise<void> => {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve);
    });
    const idle = async (): Promise<void> => {
      await pumping;
      await Promise.all([...running].map((one) => one.done));
    };
    await Promise.race([idle(), timeout]);
    cancel();
  };

  renew();
  // why at once: a process that lives no longer than one call of `drain` would never come to it, and where there is no other, nobody would.
  void maintain();
  wake();
  return {
    wake,
    async stop(timeoutMs) {
      isStopped = true;
      cancelPoll();
      cancelMaintain();
      await settled(timeoutMs);
      for (const { controller } of running) controller.abort();
      if (running.size > 0 || pumping !== undefined) await settled(abortGraceMs);
      isReleased = true;
      cancelRenew();
      // why: not left to the lease: what this process no longer waits for, another may begin at once.
      const left = [...running].flatMap(({ isLost, job }) => (isLost ? [] : [job]));
      if (left.length > 0) await source.giveBack(left).catch(onError);
    },
  };
};
