import { DatabaseSync } from 'node:sqlite';
import type { Inbox } from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { type StandingClock, standingClock } from '../../core/test/standing-clock.ts';
import { turns } from './kept.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

/** Inboxes on one file, for whose workers time passes when a test says so. */
export interface OneFile {
  readonly clock: StandingClock;
  open(options?: Partial<SqliteInboxOptions>): Inbox;
  /** Another process's connection: SQLite locks by connection. */
  connect(): DatabaseSync;
  /** As another process does. */
  change(statements: string): void;
  lock(): { release(): void };
  /** Lets `ms` pass in small steps, and everything that waits for them happen. */
  pass(ms: number, step?: number): Promise<void>;
}

/** A new file for each test of the file that calls this; its inboxes are stopped after it. */
export const oneFile = (): OneFile => {
  let folder: TemporaryFolder;
  let clock: StandingClock;
  let opened: Inbox[];

  beforeEach(() => {
    folder = temporaryFolder();
    clock = standingClock();
    opened = [];
  });

  afterEach(async () => {
    for (const inbox of opened) {
      const stopped = inbox.stop({ timeoutMs: 0 });
      await turns();
      clock.pass(10_000);
      await turns();
      clock.pass(10_000);
      await stopped;
    }
    folder.remove();
  });

  const connect = (): DatabaseSync => new DatabaseSync(folder.path('inbox.db'));

  return {
    get clock() {
      return clock;
    },
    open(options = {}) {
      const inbox = sqliteInbox({ path: folder.path('inbox.db'), clock, ...options });
      opened.push(inbox);
      return inbox;
    },
    connect,
    change(statements) {
      const other = connect();
      other.exec(statements);
      other.close();
    },
    lock() {
      const other = connect();
      other.exec('BEGIN IMMEDIATE');
      return {
        release() {
          other.exec('ROLLBACK');
          other.close();
        },
      };
    },
    async pass(ms, step = 500) {
      for (let passed = 0; passed < ms; passed += step) {
        clock.pass(step);
        await turns(3);
      }
    },
  };
};

export const statusOf = async (inbox: Inbox, id: string): Promise<unknown> => (await inbox.get(id))?.events[0]?.status;
