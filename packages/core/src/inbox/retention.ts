import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Inbox, PruneOptions } from './inbox.ts';

export interface RetentionOptions {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `false`: no delivery goes, and no subject; only what has expired by itself does, as the keys of duplicates. */
  readonly retentionMs: number | false;
  /** Of refused deliveries, where they are kept. */
  readonly refused: (() => PruneOptions['refused']) | undefined;
}

const everyMs = 60 * 60 * 1000;

/** Removes what is old and done with, at once and then each hour. Gives what ends that. */
export const startRetention = ({ clock, inbox, logger, refused, retentionMs }: RetentionOptions): (() => void) => {
  let stopped = false;
  let cancel = (): void => undefined;
  const prune = async (): Promise<void> => {
    try {
      const limits = refused?.();
      const before = retentionMs === false ? 0 : clock.now() - retentionMs;
      const removed = await inbox.prune({ before, ...(limits !== undefined && { refused: limits }) });
      if (removed > 0) logger.info({ removed }, 'old deliveries removed from the inbox');
    } catch (error) {
      if (!stopped) logger.warn({ err: String(error) }, 'old deliveries could not be removed from the inbox');
    }
    if (!stopped) cancel = clock.after(everyMs, () => void prune());
  };
  void prune();
  return () => {
    stopped = true;
    cancel();
  };
};
