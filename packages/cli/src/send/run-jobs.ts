import { setTimeout as sleep } from 'node:timers/promises';

export interface RunOptions<Job> {
  readonly jobs: readonly Job[];
  /** So many at the same time. */
  readonly concurrency: number;
  /** So many begin per second at most. */
  readonly rate: number | undefined;
  readonly signal: AbortSignal;
  run(job: Job): Promise<void>;
  /** For tests. Milliseconds; from when does not matter. */
  readonly now?: () => number;
  /** For tests. Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Runs jobs in order, several at a time, none before its time. Ends early, after what is running, when `signal` aborts. */
export const runJobs = async <Job>(options: RunOptions<Job>): Promise<void> => {
  const { concurrency, jobs, now = () => performance.now(), rate, run, signal, wait = sleepFor } = options;
  const startedAt = now();
  const waiting = jobs.entries();
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) {
      const early = rate === undefined ? 0 : startedAt + (index * 1000) / rate - now();
      if (early > 0) await wait(early, signal);
      if (signal.aborted) return;
      await run(job);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, lane));
};

const sleepFor = async (ms: number, signal: AbortSignal): Promise<void> => {
  // why: rejects when it is aborted, and the caller looks at the signal itself.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};
