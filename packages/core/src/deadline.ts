import type { Clock } from './clock.ts';

export interface Deadline {
  /** Resolves once the time has passed. */
  passed(): Promise<undefined>;
  /** Lets go of the timer. */
  cancel(): void;
}

/** In `ms` milliseconds from now. There is a timer only once somebody waits for it: most handlers and guards are done before. */
export const deadlineOf = (clock: Clock, ms: number): Deadline => {
  const startedAt = clock.now();
  let cancel = (): void => undefined;
  let passed: Promise<undefined> | undefined;
  return {
    passed() {
      passed ??= new Promise((resolve) => {
        cancel = clock.after(Math.max(0, startedAt + ms - clock.now()), () => resolve(undefined));
      });
      return passed;
    },
    cancel: () => cancel(),
  };
};
