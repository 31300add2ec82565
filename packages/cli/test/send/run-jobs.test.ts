import { runJobs } from '../../src/send/run-jobs.ts';

const jobs = Array.from({ length: 10 }, (_, index) => index);
const never = new AbortController().signal;

test('runs every job once, in order, and never more at a time than wanted', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await runJobs({
    jobs,
    concurrency: 3,
    rate: undefined,
    signal: never,
    async run(job) {
      begun.push(job);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    },
  });
  expect({ begun, most }).toEqual({ begun: jobs, most: 3 });
});

test('begins none before its time', async () => {
  let time = 5000;
  const begunAt: number[] = [];
  await runJobs({
    jobs,
    concurrency: 1,
    rate: 4,
    signal: never,
    now: () => time,
    wait: async (ms) => {
      time += ms;
    },
    run: async (job) => {
      begunAt.push(time);
      // the third is slow: those after it catch up
      if (job === 2) time += 600;
    },
  });
  expect(begunAt).toEqual([5000, 5250, 5500, 6100, 6100, 6250, 6500, 6750, 7000, 7250]);
});

test('ends after what is running when it is aborted, also while it waits', async () => {
  const abort = new AbortController();
  const done: number[] = [];
  await runJobs({
    jobs,
    concurrency: 1,
    rate: 1,
    signal: abort.signal,
    now: () => 0,
    wait: async (ms) => {
      if (ms === 3000) abort.abort();
    },
    run: async (job) => void done.push(job),
  });
  expect(done).toEqual([0, 1, 2]);
});
