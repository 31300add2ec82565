import { pathToFileURL } from 'node:url';
import type { Inbox } from '@mediahooks/core';

/** What every engine is opened with: one storage for all processes of a run. */
export interface Storage {
  /** A folder of this run's own, for files of an engine that keeps some. */
  readonly folder: string;
  /** Unique to this run; good in file names, schemas and keys. */
  readonly name: string;
  /** Of a server, where the engine has one. */
  readonly url: string | undefined;
}

type OpenInbox = (storage: Storage) => Promise<Inbox> | Inbox;

const byName: Readonly<Record<string, OpenInbox>> = {
  async sqlite({ folder }) {
    const { sqliteInbox } = await import('@mediahooks/inbox-sqlite');
    return sqliteInbox({ path: `${folder}/inbox.db`, leaseMs: 1000, pollMs: 50 });
  },
  async postgres({ name, url = '' }) {
    const { postgresInbox } = await import('@mediahooks/inbox-postgres');
    return postgresInbox({ connectionString: url, schema: name, leaseMs: 10_000, pollMs: 100 });
  },
  async redis({ name, url = '' }) {
    const { redisInbox } = await import('@mediahooks/inbox-redis');
    return redisInbox({ url, prefix: name, leaseMs: 2000, sweepMs: 500 });
  },
};

export const engineNames = Object.keys(byName);

/** Whether it keeps what it stores in the folder, rather than with a server. Of a module of one's own that is taken on trust. */
export const keepsFiles = (engine: string): boolean => !['postgres', 'redis'].includes(engine);

/** An engine by its name; or a module of one's own that exports `openInbox`, by its path. */
export const openInbox = async (engine: string, storage: Storage): Promise<Inbox> => {
  const known = byName[engine];
  if (known !== undefined) return known(storage);
  const own: { openInbox?: OpenInbox } = await import(pathToFileURL(engine).href);
  if (typeof own.openInbox !== 'function') throw new Error(`${engine} exports no function openInbox.`);
  return own.openInbox(storage);
};
