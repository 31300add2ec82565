import type { Clock } from './clock.ts';
import type { Rejection } from './rejection.ts';

/** Logs refusals, but not each of a flood. */
export interface RefusalLog {
  rejected(source: string | undefined, why: Rejection, log: () => void): void;
  /** Logs what was held back so far. */
  flush(): void;
}

export interface RefusalLogOptions {
  readonly clock: Clock;
  /** Tells of refusals that had no line of their own. */
  readonly more: (source: string | undefined, why: Rejection, count: number) => void;
}

/** So many refusals of the same source, code and cause have a line each … */
const linesPerWindow = 10;
/** … within so many milliseconds; those after are counted, and told of in one line when the time is over. */
const windowMs = 60_000;

interface Window {
  readonly endsAt: number;
  readonly source: string | undefined;
  readonly why: Rejection;
  lines: number;
  heldBack: number;
  cancel: () => void;
}

/**
 * Keeps a flood out of the log: nobody could read it, and a disk that runs full of forged deliveries is an attack too. There are no more
 * windows than there are sources, codes and causes.
 */
export const createRefusalLog = ({ clock, more }: RefusalLogOptions): RefusalLog => {
  const windows = new Map<string, Window>();

  const close = (key: string, window: Window): void => {
    window.cancel();
    windows.delete(key);
    if (window.heldBack > 0) more(window.source, window.why, window.heldBack);
  };

  const open = (key: string, source: string | undefined, why: Rejection): Window => {
    const endsAt = clock.now() + windowMs;
    const window: Window = { endsAt, source, why, lines: 0, heldBack: 0, cancel: () => undefined };
    windows.set(key, window);
    return window;
  };

  return {
    rejected(source, why, log) {
      const key = `${source ?? ''} ${why.code} ${why.cause ?? ''}`;
      const known = windows.get(key);
      // why: not left to the timer alone. Where no process stays between two requests, it may never fire.
      if (known !== undefined && clock.now() >= known.endsAt) close(key, known);
      const window = windows.get(key) ?? open(key, source, why);
      if (window.lines < linesPerWindow) {
        window.lines += 1;
        log();
        return;
      }
      if (window.heldBack === 0) {
        const waitMs = Math.max(0, window.endsAt - clock.now());
        window.cancel = clock.after(waitMs, () => close(key, window), { keepsAlive: false });
      }
      window.heldBack += 1;
    },
    flush() {
      for (const [key, window] of [...windows]) close(key, window);
    },
  };
};
