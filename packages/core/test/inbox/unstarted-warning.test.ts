import type { Clock } from '@mediahooks/core';
import { incoming, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';
import { brokenInbox, type ReceiverOptions, receiverWith, stop, turns } from './fixtures.ts';

const minuteMs = 60_000;
const [a, b, c] = ['{"id":"a"}', '{"id":"b"}', '{"id":"c"}'];
const unstarted = /^warn neither start\(\) nor drain\(\) was called: .*pending.* \{"waitedMs":60000\}$/;

/** A receiver that has a handler, and the timers that it has set as one that may be left behind. */
const receiver = (options: ReceiverOptions = {}) => {
  const standing = standingClock(startsAt);
  const unhurried: number[] = [];
  const after: Clock['after'] = (ms, callback, after = {}) => {
    if (after.keepsAlive === false) unhurried.push(ms);
    return standing.after(ms, callback);
  };
  const clock = {
    ...standing,
    after,
    get timers() {
      return standing.timers;
    },
  };
  const made = receiverWith({ ...options, clock });
  const remove = made.webhooks.on('*', () => undefined);
  const warnings = (): readonly string[] => made.told.filter((line) => line.startsWith('warn'));
  const receive = async (body: string): Promise<void> => {
    const { kind } = await made.webhooks.receive(incoming({ body, timestamp: clock.now() }));
    expect(kind).toBe('stored');
  };
  /** Receives, and gives what the log warns of a minute later. */
  const warnedAfterAMinute = async (body: string): Promise<readonly string[]> => {
    await receive(body);
    clock.pass(minuteMs);
    await turns();
    return warnings();
  };
  return { ...made, clock, receive, remove, unhurried, warnedAfterAMinute, warnings };
};

test('a receiver whose handlers get nothing is told of once, a minute after the first delivery it stored', async () => {
  const { clock, receive, unhurried, warnings, webhooks } = receiver();
  clock.pass(10 * minuteMs);
  await receive(a);
  clock.pass(minuteMs - 1);
  expect(warnings()).toEqual([]);
  // why: kept by nothing else, a process that only stores would wait for its warning.
  expect(unhurried).toEqual([minuteMs]);
  await receive(b);
  clock.pass(1);
  expect(warnings()).toEqual([expect.stringMatching(unstarted)]);
  await receive(c);
  clock.pass(10 * minuteMs);
  expect(warnings()).toHaveLength(1);
  expect(clock.timers).toBe(0);
  await stop(webhooks, clock);
});

test.each(['start', 'drain'] as const)(
  'one that calls %s within that minute is not, nor ever after',
  async (method) => {
    const { clock, receive, warnedAfterAMinute, webhooks } = receiver();
    await receive(a);
    clock.pass(minuteMs - 1);
    const called = webhooks[method]();
    await turns();
    clock.pass(2000);
    await called;
    expect(await warnedAfterAMinute(b)).toEqual([]);
    await stop(webhooks, clock);
  },
);

test('one that was started before its first delivery is not', async () => {
  const { clock, warnedAfterAMinute, webhooks } = receiver();
  await webhooks.start();
  expect(await warnedAfterAMinute(a)).toEqual([]);
  await stop(webhooks, clock);
});

test('one that is stopped is not, and leaves no timer behind', async () => {
  const { clock, receive, warnings, webhooks } = receiver();
  await receive(a);
  expect(clock.timers).toBe(1);
  await stop(webhooks, clock);
  expect(clock.timers).toBe(0);
  clock.pass(minuteMs);
  expect(warnings()).toEqual([]);
});

test('one without handlers is not: it only receives. Once it has one, it is', async () => {
  const { clock, remove, warnedAfterAMinute, webhooks } = receiver();
  remove();
  expect(await warnedAfterAMinute(a)).toEqual([]);
  await expect(webhooks.start()).rejects.toMatchObject({ code: 'handler-missing' });
  webhooks.on('*', () => undefined);
  expect(await warnedAfterAMinute(b)).toEqual([expect.stringMatching(unstarted)]);
  await stop(webhooks, clock);
});

test('one whose handlers were taken away since is not', async () => {
  const { clock, receive, remove, warnedAfterAMinute, webhooks } = receiver();
  await receive(a);
  remove();
  expect(await warnedAfterAMinute(b)).toEqual([]);
  await stop(webhooks, clock);
});

test('what makes no event that waits, or could not be stored, begins no minute', async () => {
  const kept = receiver();
  kept.remove();
  await kept.receive('{"id":"a","version":2}');
  kept.webhooks.on('*', () => undefined);
  const { kind } = await kept.webhooks.receive(incoming({ body: '{"id":"a","version":1}' }));
  expect(kind).toBe('stale');
  await kept.webhooks.receive(incoming({ body: '[]' }));
  await kept.webhooks.receive(incoming({ body: 'not JSON' }));
  await kept.webhooks.receive(incoming({ headers: [] }));
  expect(kept.unhurried).not.toContain(minuteMs);
  await stop(kept.webhooks, kept.clock);
  const broken = receiver({ inbox: brokenInbox() });
  await broken.webhooks.receive(incoming());
  expect(broken.unhurried).not.toContain(minuteMs);
});

test('a logger that throws harms nothing', async () => {
  const broken = (): never => {
    throw new Error('no log');
  };
  const { clock, warnedAfterAMinute, webhooks } = receiver({
    logger: { debug: broken, info: broken, warn: broken, error: broken },
  });
  expect(await warnedAfterAMinute(a)).toEqual([]);
  await stop(webhooks, clock);
});
