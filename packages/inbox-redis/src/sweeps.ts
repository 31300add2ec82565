import type { Dispatcher } from './dispatcher.ts';

export interface Sweeps {
  /** Looks for everything now: the server is there, or there again. */
  now(): void;
  stop(): void;
}

/** Every so many sweeps all lanes are looked at, not only the outbox. */
const fullSweepEvery = 60;

/** Looks at once, and then regularly, for events that nobody has queued. */
export const startSweeps = (dispatcher: Dispatcher, sweepMs: number): Sweeps => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let untilFull = 0;
  let running = false;
  let again = false;

  const sweep = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        const full = untilFull <= 0;
        untilFull = full ? fullSweepEvery : untilFull - 1;
        try {
          await (full ? dispatcher.sweepAll() : dispatcher.sweep());
        } catch (error) {
          if (full) untilFull = 0;
          throw error;
        }
      } while (again && !stopped);
    } catch {
      // why: the server is away; the next sweep tries again.
    } finally {
      running = false;
      if (!stopped) timer = setTimeout(() => void sweep(), sweepMs);
    }
  };

  void sweep();
  return {
    now() {
      untilFull = 0;
      void sweep();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
