import type { Clock } from '../clock.ts';
import type { InboxWorker } from './inbox.ts';

export interface DrainOptions {
  /** So long it takes at most. Milliseconds, default 20000. */
  readonly timeoutMs?: number;
  /** When nothing has come for so long, the inbox is asked whether anything is due still. Milliseconds, default 2000: engines look for work every second. */
  readonly idleMs?: number;
}

export interface DrainResult {
  /** How many attempts at events have ended meanwhile, handled or not. */
  readonly events: number;
  /** Whether it ended because the time was over, or the receiver was stopped: there may be more. */
  readonly isTimeUp: boolean;
}

export interface WatchedWorker {
  readonly worker: InboxWorker;
  /** How many attempts at events have begun so far. */
  readonly begun: number;
  /** How many of them have ended. */
  readonly ended: number;
  /** Whether that attempt was among the last that have ended here: while its event runs in the inbox, its end is not written down. */
  hasEnded(eventId: string, attempt: number): boolean;
  /** Resolves when nothing has been begun or has run for `idleMs`; or after `timeoutMs`, or once it is stopped: then with `false`. */
  untilIdle(options: Required<DrainOptions>): Promise<boolean>;
  readonly isStopped: boolean;
  /** Nobody waits any longer. */
  stop(): void;
}

/** So many attempts are remembered: more than engines have to write down at a time. */
const maxRemembered = 1000;

/** A worker of which can be said whether it has anything to do. */
export const watchWorker = (worker: InboxWorker, clock: Clock): WatchedWorker => {
  const watchers = new Set<() => void>();
  /** The attempts that have ended last, in a ring. */
  const remembered: string[] = [];
  let begun = 0;
  let ended = 0;
  let isStopped = false;
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };

  return {
    worker: {
      ...worker,
      async run(event, delivery, context) {
        begun += 1;
        changed();
        try {
          return await worker.run(event, delivery, context);
        } finally {
          remembered[ended % maxRemembered] = nameOf(event.id, context.attempt);
          ended += 1;
          changed();
        }
      },
    },
    get begun() {
      return begun;
    },
    get ended() {
      return ended;
    },
    get isStopped() {
      return isStopped;
    },
    hasEnded: (eventId, attempt) => remembered.includes(nameOf(eventId, attempt)),
    untilIdle: ({ idleMs, timeoutMs }) =>
      new Promise((resolve) => {
        let cancelIdle = (): void => undefined;
        let cancelTimeout = (): void => undefined;
        const finish = (isIdle: boolean): void => {
          cancelIdle();
          cancelTimeout();
          watchers.delete(watch);
          resolve(isIdle);
        };
        const watch = (): void => {
          cancelIdle();
          if (isStopped) finish(false);
          else if (begun === ended) cancelIdle = clock.after(idleMs, () => finish(true));
        };
        if (!isStopped) cancelTimeout = clock.after(timeoutMs, () => finish(false));
        watchers.add(watch);
        watch();
      }),
    stop() {
      isStopped = true;
      changed();
    },
  };
};

const nameOf = (eventId: string, attempt: number): string => `${eventId} ${attempt}`;
