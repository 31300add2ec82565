import type { Clock } from '@mediahooks/core';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets `ms` milliseconds pass: timers that fall due are called, in their order. */
  advance(ms: number): void;
  /** Resolves when a timer of exactly `ms` milliseconds is set. */
  untilSet(ms: number): Promise<void>;
}

interface Timer {
  readonly ms: number;
  readonly dueAt: number;
  readonly callback: () => void;
}

/** @param startsAt Milliseconds since the epoch. */
export const manualClock = (startsAt = Date.now()): ManualClock => {
  const timers = new Set<Timer>();
  const waiting = new Set<{ readonly ms: number; readonly resolve: () => void }>();
  let now = startsAt;
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { ms, dueAt: now + ms, callback };
      timers.add(timer);
      for (const waiter of waiting) {
        if (waiter.ms !== ms) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      const due = [...timers].filter((timer) => timer.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
      for (const timer of due) {
        if (timers.delete(timer)) timer.callback();
      }
    },
    untilSet: (ms) =>
      new Promise((resolve) => {
        if ([...timers].some((timer) => timer.ms === ms)) resolve();
        else waiting.add({ ms, resolve });
      }),
  };
};
