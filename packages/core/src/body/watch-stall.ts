import type { BodyLimits } from '../delivery.ts';
import { BodyError } from '../errors.ts';

export interface StallWatch {
  /** Something came. */
  heard(): void;
  /** Nothing is waited for any more. */
  end(): void;
}

/**
 * Calls back once, when nothing has come for `limits.stallMs`. There is one timer for a body, not one for each chunk: a timer that comes
 * too early, because something has come since it was set, is set again for what is left.
 */
export const watchStall = ({ clock, stallMs }: BodyLimits, stalled: (error: BodyError) => void): StallWatch => {
  let lastAt = clock.now();
  const check = (): void => {
    // why: at most, because the system's clock may have been set back meanwhile.
    const leftMs = Math.min(lastAt + stallMs - clock.now(), stallMs);
    if (leftMs > 0) cancel = clock.after(leftMs, check);
    else stalled(new BodyError('body-incomplete', `Nothing came for ${stallMs} ms, and the body was not complete.`));
  };
  let cancel = clock.after(stallMs, check);
  return {
    heard() {
      lastAt = clock.now();
    },
    end: () => cancel(),
  };
};
