import type { Clock, InboxWorker } from '@mediahooks/core';
import type { Job, Jobs } from './jobs.ts';
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
  /** Names this process's leases; unique. */
  readonly lease: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** How often other processes' work is looked for. */
  readonly pollMs: number;
}

/** So long a handler has to end after it was aborted. */
const abortGraceMs = 1000;

export const startWorkerLoop = (options: WorkerLoopOptions): WorkerLoop => {
  const { clock, concurrency, jobs, lease, leaseMs, pollMs, queue, worker } = options;
  const running = new Map<number, { readonly controller: AbortController; readonly done: Promise<void> }>();
  let stopped = false;
  let claiming = false;
  let again = false;
  let cancelPoll = (): void => undefined;
  let cancelRenew = (): void => undefined;

  const pump = async (): Promise<void> => {
    if (stopped) return;
    if (claiming) {
      again = true;
      return;
    }
    claiming = true;
    cancelPoll();
    try {
      let free = concurrency - running.size;
      while (free > 0 && !stopped) {
        again = false;
        const limit = free;
        const claimed = await queue.write(() => {
          const now = clock.now();
          recoverLost(now);
          return jobs.claim(lease, now, now + leaseMs, limit);
        });
        for (const job of claimed) run(job);
        free = concurrency - running.size;
        if (claimed.length === 0 && !again) break;
      }
    } catch {
      // why: the file may be locked or full for now; the next poll tries again, and what was claimed comes back with its lease.
    } finally {
      claiming = false;
      schedulePoll();
    }
  };

  const recoverLost = (now: number): void => {
    for (const job of jobs.lost(now)) {
      const delayMs = worker.retryDelayMs(job.attempt);
      // why: at once, not after the delay: nothing says that the event is at fault. The number of attempts still ends a crash loop.
      if (delayMs === undefined) jobs.bury(job);
      else jobs.giveBack(job, now);
    }
  };

  const run = (job: Job): void => {
    const controller = new AbortController();
    const done = attempt(job, controller.signal).finally(() => {
      running.delete(job.seq);
      wake();
    });
    running.set(job.seq, { controller, done });
  };

  const attempt = async (job: Job, signal: AbortSignal): Promise<void> => {
    const result = await worker.run(job.event, job.delivery, { signal, attempt: job.attempt });
    const write = (): boolean => {
      const now = clock.now();
      if (result.kind !== 'failed') return jobs.finish(job, lease, result.kind, now);
      if (result.retryInMs === undefined) return jobs.finish(job, lease, 'dead', now, result.error);
      return jobs.retry(job, lease, now + result.retryInMs, now, result.error);
    };
    // why: where the end cannot be written down, the lease runs out and the event comes again: at least once.
    await queue.write(write).catch(() => undefined);
  };

  const schedulePoll = (): void => {
    if (stopped) return;
    cancelPoll();
    let waitMs = pollMs;
    try {
      waitMs = Math.min(pollMs, Math.max((jobs.nextRunAt() ?? Number.POSITIVE_INFINITY) - clock.now(), 1));
    } catch {
      // why: a file that cannot be read now is looked at again at the next poll.
    }
    if (running.size >= concurrency) waitMs = pollMs;
    cancelPoll = clock.after(waitMs, () => void pump());
  };

  const renew = (): void => {
    cancelRenew = clock.after(leaseMs / 3, () => {
      void queue
        .write(() => jobs.renew(lease, clock.now() + leaseMs))
        .then((held) => {
          for (const [seq, { controller }] of running) if (!held.has(seq)) controller.abort();
        })
        .catch(() => undefined)
        .finally(() => !stopped && renew());
    });
  };

  const wake = (): void => void pump();

  /** Resolves when nothing runs any more, or after `ms`. */
  const settled = async (ms: number): Promise<void> => {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve);
    });
    await Promise.race([Promise.all([...running.values()].map((one) => one.done)), timeout]);
    cancel();
  };

  renew();
  wake();
  return {
    wake,
    async stop(timeoutMs) {
      stopped = true;
      cancelPoll();
      await settled(timeoutMs);
      for (const { controller } of running.values()) controller.abort();
      if (running.size > 0) await settled(abortGraceMs);
      cancelRenew();
      // why: not left to the lease: what this process no longer waits for, another may begin at once.
      if (running.size > 0) await queue.write(() => jobs.giveBackAll(lease, clock.now())).catch(() => undefined);
    },
  };
};
