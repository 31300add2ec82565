import type { Clock } from '../clock.ts';
import type { InboxWorker } from './inbox.ts';

export interface DrainOptions {
  /** So long it takes at most. Milliseconds, default 20000. */
  readonly timeoutMs?: number;
  /** When nothing has come for so long, everything due is done with. Milliseconds, default 2000: engines look for work every second. */
  readonly idleMs?: number;
}

export interface DrainResult {
  /** How many attempts at events have ended meanwhile, handled or not. */
  readonly events: number;
  /** Whether it ended because the time was over: there may be more. */
  readonly isTimeUp: boolean;
}

export interface WatchedWorker {
  readonly worker: InboxWorker;
  /** Resolves when nothing has been begun or has run for `idleMs`, or after `timeoutMs`. */
  untilIdle(options: Required<DrainOptions>): Promise<DrainResult>;
}

/** A worker of which can be said whether it has anything to do. */
export const watchWorker = (worker: InboxWorker, clock: Clock): WatchedWorker => {
  const watchers = new Set<() => void>();
  let running = 0;
  let ended = 0;
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };

  return {
    worker: {
      ...worker,
      async run(event, delivery, context) {
        running += 1;
        changed();
        try {
          return await worker.run(event, delivery, context);
        } finally {
          running -= 1;
          ended += 1;
          changed();
        }
      },
    },
    untilIdle: ({ idleMs, timeoutMs }) =>
      new Promise((resolve) => {
        const before = ended;
        let cancelIdle = (): void => undefined;
        const finish = (isTimeUp: boolean): void => {
          cancelIdle();
          cancelTimeout();
          watchers.delete(watch);
          resolve({ events: ended - before, isTimeUp });
        };
        const watch = (): void => {
          cancelIdle();
          if (running === 0) cancelIdle = clock.after(idleMs, () => finish(false));
        };
        const cancelTimeout = clock.after(timeoutMs, () => finish(true));
        watchers.add(watch);
        watch();
      }),
  };
};
