import { NonRetryableError } from '@mediahooks/core';
import { createRetry } from '../../src/inbox/retry.ts';

const hourMs = 3_600_000;

const waits = (random: () => number, options = {}): number[] => {
  const retry = createRetry(options, random);
  const all: number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const delayMs = retry(attempt, new Error('x'));
    if (delayMs === undefined) return all;
    all.push(delayMs);
  }
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

test('ten attempts, nine waits, each three times the last until twelve hours', () => {
  expect(waits(() => 0.5)).toEqual([
    10_000, 30_000, 90_000, 270_000, 810_000, 2_430_000, 7_290_000, 21_870_000, 43_200_000,
  ]);
});

test('all of it takes about a day, whatever the jitter', () => {
  for (const random of [0, 0.5, 0.999]) {
    const totalMs = sum(waits(() => random));
    expect(totalMs).toBeGreaterThan(15 * hourMs);
    expect(totalMs).toBeLessThan(27 * hourMs);
  }
});

test('each wait is up to a quarter shorter or longer', () => {
  expect(waits(() => 0)[0]).toBe(7500);
  expect(waits(() => 1)[0]).toBe(12_500);
});

test('every number can be chosen', () => {
  const options = { attempts: 4, firstDelayMs: 100, factor: 10, maxDelayMs: 5000 };
  expect(waits(() => 0.5, options)).toEqual([100, 1000, 5000]);
  expect(waits(() => 0.5, { attempts: 1 })).toEqual([]);
});

test('what was aborted is tried up to twice as often, and not for ever', () => {
  const retry = createRetry({ attempts: 2, firstDelayMs: 100, factor: 10, maxDelayMs: 5000 }, () => 0.5);
  expect([1, 2, 3, 4].map((attempt) => retry(attempt, undefined, true))).toEqual([100, 1000, 5000, undefined]);
  expect(retry(1, new NonRetryableError('no such video'), true)).toBeUndefined();
});

describe('an error that says that trying again is useless', () => {
  const retry = createRetry({}, () => 0.5);
  const useless = new NonRetryableError('no such video');

  test('ends the attempts at once; any other does not', () => {
    expect(retry(1, useless)).toBeUndefined();
    expect(retry(1, new Error('no connection'))).toBe(10_000);
    expect(retry(1, 'a text')).toBe(10_000);
    expect(retry(1, undefined)).toBe(10_000);
  });

  test('ends them where every failed handler says so, not where one could still succeed', () => {
    expect(retry(1, new AggregateError([useless, useless]))).toBeUndefined();
    expect(retry(1, new AggregateError([useless, new Error('no connection')]))).toBe(10_000);
  });

  test('is none that holds no error at all, as of Promise.any of nothing', async () => {
    const error: unknown = await Promise.any([]).catch((reason: unknown) => reason);
    expect(retry(1, error)).toBe(10_000);
  });
});

test.each<[object, string]>([
  [{ attempts: 0 }, 'option-invalid'],
  [{ firstDelayMs: -1 }, 'option-invalid'],
  [{ factor: 0.5 }, 'option-invalid'],
  [{ factor: Number.NaN }, 'option-invalid'],
  [{ maxDelayMs: 1.5 }, 'option-invalid'],
  [{ retries: 3 }, 'option-unknown'],
])('refuses %p', (options, code) => {
  expect(() => createRetry(options, Math.random)).toThrow(expect.objectContaining({ code }));
});
