import type { Clock } from '@mediahooks/core';

/** A clock that stands still until it is told to go on. */
export interface StandingClock extends Clock {
  /** Lets time pass: timers that fall due are called in their order. */
  pass(ms: number): void;
  /** How many timers are set; a settled request leaves none behind. */
  readonly timers: number;
}

export const standingClock = (startsAt = 1_700_000_000_000): StandingClock => {
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  let now = startsAt;
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { dueAt: now + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      now += ms;
      const due = [...timers].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
      for (const timer of due) if (timers.delete(timer)) timer.callback();
    },
    get timers() {
      return timers.size;
    },
  };
};

/** Lets everything that waits for nothing but promises go as far as it can. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
