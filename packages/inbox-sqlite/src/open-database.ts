import { closeSync, openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError, InboxUnavailableError } from '@mediahooks/core';
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

/** @throws {ConfigurationError} `inbox-too-new`, `inbox-unusable`. */
export const openDatabase = (path: string): DatabaseSync => {
  try {
    if (isFile(path)) createPrivately(path);
    const database = new DatabaseSync(path);
    try {
      database.exec(`PRAGMA busy_timeout = ${startTimeoutMs}`);
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
      migrate(database, path);
      database.exec('PRAGMA foreign_keys = ON');
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      return database;
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
 * Gives a check that the file is still where it was opened. What is written to a file that was removed or replaced is gone with the
 * process, without an error from the engine.
 */
export const watchFile = (given: string): (() => void) => {
  if (!isFile(given)) return () => undefined;
  const path = resolve(given);
  const opened = statSync(path, { bigint: true });
  return () => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return;
    throw new InboxUnavailableError(
      `${path} was removed or replaced while it was open. Put it back, or restart the process to go on with a new one.`,
    );
  };
};

/** SQLite's own names for what is no plain file. */
const isFile = (path: string): boolean => path !== ':memory:' && !path.startsWith('file:');

/** Makes the file readable for its owner only, where there is none yet: it holds credentials. SQLite's further files follow it. */
const createPrivately = (path: string): void => closeSync(openSync(path, 'a', 0o600));
