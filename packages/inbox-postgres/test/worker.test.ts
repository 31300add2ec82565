import { InboxUnavailableError } from '@mediahooks/core';
import { settled, standingClock } from '../../core/test/standing-clock.ts';
import type { Ending, Job } from '../src/jobs.ts';
import { startWorkerLoop } from '../src/worker.ts';

const leaseMs = 30_000;

const jobOf = (retryCount: number): Job => ({
  seq: 1,
  claim: { id: 'job', retryCount },
  subject: undefined,
  attempt: retryCount + 1,
  isAfterLoss: retryCount > 0,
  unreadable: undefined,
  event: {
    id: 'one.0',
    deliveryId: 'one',
    source: 'ignite',
    type: 'video.updated',
    name: 'video.updated',
    payload: {},
    subject: undefined,
    version: undefined,
    previous: undefined,
    stale: false,
    status: 'running',
    attempts: retryCount + 1,
    runAt: 0,
  },
  delivery: {
    id: 'one',
    source: 'ignite',
    receivedAt: 0,
    address: undefined,
    pathToken: undefined,
    query: '',
    headers: [],
    body: new Uint8Array(),
  },
});

/** One job in a database that may be away, as pg-boss keeps it: looked after, it is put back once its lease is over. */
const scene = () => {
  const clock = standingClock();
  const job = { retryCount: 0, isActive: false, isDone: false, leaseEndsAt: 0 };
  const endings: Ending[] = [];
  const signals: AbortSignal[] = [];
  const state = {
    isAway: false,
    isSlow: false,
    given: 0,
    answer: (): void => undefined,
    finish: (): void => undefined,
    fail: (): void => undefined,
  };
  const asked = <Result>(answer: () => Result): Promise<Result> =>
    state.isAway ? Promise.reject(new InboxUnavailableError('It is away.')) : Promise.resolve(answer());
  const isHeld = ({ claim }: Job): boolean => job.isActive && !job.isDone && claim.retryCount === job.retryCount;
  const loop = startWorkerLoop({
    clock,
    leaseMs,
    concurrency: 2,
    pollMs: 1000,
    onError: () => undefined,
    source: {
      claim: async () => {
        if (state.isSlow) {
          await new Promise<void>((resolve) => {
            state.answer = resolve;
          });
        }
        return asked(() => {
          if (job.isActive || job.isDone) return [];
          Object.assign(job, { isActive: true, leaseEndsAt: clock.now() + leaseMs });
          return [jobOf(job.retryCount)];
        });
      },
      finish: (ending) =>
        asked(() => {
          if (!isHeld(ending.job)) return false;
          endings.push(ending);
          job.isDone = true;
          return true;
        }),
      renew: (jobs) =>
        asked(() => {
          const held = jobs.filter(isHeld);
          if (held.length > 0) job.leaseEndsAt = clock.now() + leaseMs;
          return new Set(held.map(({ claim }) => claim.id));
        }),
      giveBack: (jobs) =>
        asked(() => {
          state.given += jobs.length;
        }),
      maintain: () =>
        asked(() => {
          if (!job.isActive || job.isDone || job.leaseEndsAt > clock.now()) return;
          Object.assign(job, { isActive: false, retryCount: job.retryCount + 1 });
        }),
    },
    worker: {
      retryDelayMs: () => undefined,
      run: (_event, _delivery, { signal }) =>
        new Promise((resolve) => {
          signals.push(signal);
          state.finish = () => resolve({ kind: 'handled' });
          state.fail = () => resolve({ kind: 'failed', error: 'It was aborted.', retryInMs: 5000 });
        }),
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.pass(500);
      for (let turn = 0; turn < 5; turn += 1) await settled();
    }
  };
  /** Stops the loop, which waits for the time to pass. */
  const stop = async (): Promise<void> => {
    const stopped = loop.stop(0);
    await pass(3000);
    await stopped;
  };
  return { endings, job, pass, signals, state, stop };
};

test('what was aborted because the database was away is still held when it is back, and its end is written', async () => {
  const { endings, job, pass, signals, state, stop } = scene();
  await pass(1000);
  state.isAway = true;
  await pass(leaseMs + 5000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  state.isAway = false;
  await pass(2 * leaseMs);
  expect([job.retryCount, signals.length]).toEqual([0, 1]);
  state.finish();
  await pass(1000);
  expect(endings.map(({ result }) => result.kind)).toEqual(['handled']);
  await stop();
});

test('what obeys being aborted because the database was away is tried again as its worker says', async () => {
  const { endings, pass, signals, state, stop } = scene();
  await pass(1000);
  state.isAway = true;
  await pass(leaseMs + 5000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  state.isAway = false;
  state.fail();
  await pass(1000);
  expect(endings.map(({ result }) => result)).toEqual([{ kind: 'failed', error: 'It was aborted.', retryInMs: 5000 }]);
  await stop();
});

test('what another has meanwhile is aborted, neither held nor given back, and its end changes nothing', async () => {
  const { endings, job, pass, signals, state, stop } = scene();
  await pass(1000);
  job.retryCount = 1;
  await pass(5000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  await stop();
  state.finish();
  await pass(1000);
  expect([endings, state.given]).toEqual([[], 0]);
});

test('what is claimed when it is to stop, its answer late, is given back and not begun', async () => {
  const { pass, signals, state, stop } = scene();
  state.isSlow = true;
  await pass(1000);
  await stop();
  state.answer();
  await pass(1000);
  expect([state.given, signals]).toEqual([1, []]);
});
