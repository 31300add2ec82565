import { setTimeout as sleep } from 'node:timers/promises';

export interface RunOptions<Job> {
  readonly jobs: readonly Job[];
  /** So many at the same time. */
  readonly concurrency: number;
  /** So many begin per second at most. */
  readonly rate: number | undefined;
  readonly signal: AbortSignal;
  run(job: Job): Promise<void>;
}

/** Runs jobs in order, several at a time, none before its time. Ends early, after what is running, when `signal` aborts. */
export const runJobs = async <Job>({ concurrency, jobs, rate, run, signal }: RunOptions<Job>): Promise<void> => {
  const startedAt = performance.now();
  const waiting = jobs.entries();
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) {
      if (rate !== undefined) await sleepUntil(startedAt + (index * 1000) / rate, signal);
      if (signal.aborted) return;
      await run(job);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, lane));
};

const sleepUntil = async (time: number, signal: AbortSignal): Promise<void> => {
  const ms = time - performance.now();
  if (ms <= 0) return;
  // why: rejects when it is aborted, and the caller looks at the signal itself.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};
