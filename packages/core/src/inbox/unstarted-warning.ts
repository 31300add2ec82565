import type { Clock } from '../clock.ts';
import type { HandlerRegistry } from '../handlers.ts';
import type { Logger } from '../logger.ts';

export interface UnstartedWarningOptions {
  readonly clock: Clock;
  readonly handlers: HandlerRegistry;
  readonly logger: Logger;
}

export interface UnstartedWarning {
  /** Events were stored that wait for a handler. */
  stored(): void;
  /** Somebody has thought of them, or there is nobody left to be told. */
  end(): void;
}

const warnAfterMs = 60_000;

/**
 * Tells, once, of a receiver whose handlers never get an event because nobody has begun to hand them out: each delivery is answered as
 * it should be, and all of them wait for ever. Receivers without handlers leave that to another process, and are not told of.
 */
export const createUnstartedWarning = ({ clock, handlers, logger }: UnstartedWarningOptions): UnstartedWarning => {
  let isSettled = false;
  let cancel = (): void => undefined;
  return {
    stored() {
      if (isSettled || handlers.size === 0) return;
      isSettled = true;
      const warn = (): void => {
        if (handlers.size === 0) return;
        logger.warn(
          { waitedMs: warnAfterMs },
          'neither start() nor drain() was called: handlers get nothing, and events stay pending in the inbox unless another process ' +
            'hands them out',
        );
      };
      // why not kept alive: a command or a function that only stores may end when it likes.
      cancel = clock.after(warnAfterMs, warn, { keepsAlive: false });
    },
    end() {
      isSettled = true;
      cancel();
    },
  };
};
