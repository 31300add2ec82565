import fs from 'node:fs';
import { promisify } from 'node:util';

/** Brings SQLite's log (WAL) to the disk without keeping the event loop waiting for it, as a commit of SQLite itself does. */
export interface LogFlush {
  /**
   * Resolves once everything that is committed now is on disk. Rejects where the system could not, and from then on.
   *
   * why for good: the system takes what it could not write for written. What comes after would be on disk behind a gap, and gone after a
   * power cut, although it was flushed. Opened again, the file has no gap.
   */
  flush(): Promise<void>;
  /** Waits for the flush that runs; rejects every further one. */
  close(): Promise<void>;
}

/**
 * @param path The log's; `undefined` where there is none, as of a database in memory.
 * @param toDisk For tests: flushes the file with that descriptor.
 */
export const openLogFlush = (path: string | undefined, toDisk = promisify(fs.fdatasync)): LogFlush => {
  if (path === undefined) return { flush: async () => undefined, close: async () => undefined };
  // why a descriptor of its own is as good as SQLite's: the system flushes the file, whoever has written it. It may be closed, too: no
  // lock lies on the log, so none ends with it.
  const file = fs.openSync(path, 'r+');
  let running: Promise<void> | undefined;
  /** Begins when the one that runs is done, for all that was committed in the meantime. */
  let next: Promise<void> | undefined;
  let closed = false;

  const start = (): Promise<void> => {
    next = undefined;
    running = toDisk(file).then(() => {
      if (next === undefined) running = undefined;
    });
    return running;
  };

  return {
    async flush() {
      if (closed) throw new Error('The log is closed.');
      if (running === undefined) return start();
      next ??= running.then(start);
      return next;
    },
    async close() {
      closed = true;
      await (next ?? running)?.catch(() => undefined);
      fs.closeSync(file);
    },
  };
};
