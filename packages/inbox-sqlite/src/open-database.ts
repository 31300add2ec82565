import { accessSync, closeSync, constants, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError, InboxUnavailableError } from '@mediahooks/core';
import { type LogFlush, openLogFlush } from './log-flush.ts';
import { migrate } from './schema.ts';

/** So long the start waits for other processes that start on the same file. It blocks, as nothing else does yet. */
const startTimeoutMs = 5000;
/** Short, because it blocks the event loop; the write queue waits for longer without blocking. */
const busyTimeoutMs = 5;

/**
 * The log is copied into the file when it has so many pages, 16 MiB; the default is 1000. Pages that many deliveries change, as those of
 * indexes, are then copied less often.
 */
const checkpointPages = 4000;

export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** Commits are in the file, but not on disk before its log is flushed. */
  readonly log: LogFlush;
  /** Throws as long as what the log held when it was opened could not be copied into the file. To be asked before anything is written. */
  readonly checkRewritten: () => void;
}

/** @throws {ConfigurationError} `inbox-too-new`, `inbox-unusable`. */
export const openDatabase = (path: string): OpenDatabase => {
  try {
    if (isFile(path)) createPrivately(path);
    const database = new DatabaseSync(path);
    try {
      database.exec(`PRAGMA busy_timeout = ${startTimeoutMs}`);
      database.exec('PRAGMA journal_mode = WAL');
      // why not FULL, where each commit waits for the disk: the log is flushed by us, before anything in it is answered.
      database.exec('PRAGMA synchronous = NORMAL');
      database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
      migrate(database, path);
      const checkRewritten = rewriting(database);
      try {
        checkRewritten();
      } catch {
        // why: on a disk that is full it starts all the same, refuses what comes, and goes on by itself when there is room.
      }
      database.exec('PRAGMA foreign_keys = ON');
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      return { database, log: openLogFlush(logOf(database)), checkRewritten };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError('inbox-unusable', `sqliteInbox: ${path} cannot be used: ${String(error)}.`, {
      cause: error,
    });
  }
};

/**
 * Copies what is in the log into the file, once.
 *
 * why: after a flush that failed, the system takes what is in the log for written. In the file itself it is written again.
 */
const rewriting = (database: DatabaseSync): (() => void) => {
  let isRewritten = false;
  return () => {
    if (isRewritten) return;
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    isRewritten = true;
  };
};

const logOf = (database: DatabaseSync): string | undefined => {
  const main = database
    .prepare('PRAGMA database_list')
    .all()
    .find(({ name }) => name === 'main');
  return typeof main?.file === 'string' && main.file !== '' ? `${main.file}-wal` : undefined;
};

/**
 * Gives a check that the file and its log are still where they were opened. What is written to one that was removed or replaced is gone
 * with the process, without an error from the engine.
 */
export const watchFile = (given: string): (() => void) => {
  if (!isFile(given)) return () => undefined;
  // why: the log lies beside the file itself, not beside a link to it.
  const path = realpathSync(given);
  const checks = [path, `${path}-wal`].map(watchPath);
  return () => {
    for (const check of checks) check();
  };
};

const watchPath = (path: string): (() => void) => {
  const look = () => statSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = look();
  return () => {
    const found = look();
    if (found?.ino === opened?.ino && found?.dev === opened?.dev) return;
    throw new InboxUnavailableError(
      `${path} was removed or replaced while it was open. Put it back, or restart the process to go on with a new one.`,
    );
  };
};

/** SQLite's own names for what is no plain file. */
const isFile = (path: string): boolean => path !== ':memory:' && !path.startsWith('file:');

/**
 * Makes the file readable for its owner only, where there is none yet: it holds credentials. SQLite's further files follow it.
 *
 * why not opened where there is one: closing it again would end all locks that this process has on it (POSIX), as by an inbox on the
 * same file; and what nobody has locked, other tools take for theirs, and remove the log (sqlite.org/howtocorrupt.html).
 */
const createPrivately = (path: string): void => {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  // why: SQLite opens what it may not write all the same, and fails at the first delivery.
  accessSync(path, constants.W_OK);
};
