// An inbox that answers what is only in the system's memory: it writes as the one on SQLite does, and flushes nothing.
import fs from 'node:fs';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import type { Storage } from '../engines.ts';

fs.fdatasync = Object.assign((_file: number, done: fs.NoParamCallback): void => void setImmediate(done, null), {
  __promisify__: async () => undefined,
});

export const openInbox = ({ folder }: Storage) =>
  sqliteInbox({ path: `${folder}/inbox.db`, leaseMs: 1000, pollMs: 50 });
