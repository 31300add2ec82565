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

/** As {@link settled}, and what waits for the disk too: a delivery on SQLite does, until the system has flushed it. */
export const settledOnDisk = async (): Promise<void> => {
  await settled();
  for (let turn = 0; turn < 1_000_000 && writesToDisk(); turn += 1) await settled();
};

const writesToDisk = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
