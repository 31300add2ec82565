import { type Clock, ConfigurationError, checkOptions, positiveInteger, systemClock } from '@mediahooks/core';
import type { InboxWrapOptions } from '@mediahooks/node/inbox';
import pg from 'pg';
import type { Scrub } from './failure.ts';
import { minLeaseMs } from './job-queue.ts';
import { createWarnings, emitWarning, type PostgresWarning, type Warnings } from './warnings.ts';

export interface PostgresInboxOptions extends InboxWrapOptions {
  /** Where the database is: `postgres://user:password@host:5432/name`. This or `pool`. */
  readonly connectionString?: string;
  /** A pool of the application's own, with at least 5 connections. It stays open when the inbox stops. */
  readonly pool?: pg.Pool;
  /** The PostgreSQL schema of the inbox's tables; pg-boss has its own beside it, `<schema>_pgboss`. Both are made where they are missing. Default `mediahooks`. */
  readonly schema?: string;
  /** How many events are handled at the same time. Default 10. */
  readonly concurrency?: number;
  /** How long an event belongs to a process that no longer says so. Milliseconds, default 30000, at least 10000; renewed while a handler runs. */
  readonly leaseMs?: number;
  /** How often events of other processes are looked for. Milliseconds, default 1000; its own are begun at once. */
  readonly pollMs?: number;
  /** How long a delivery waits for the database before it is answered 503. Milliseconds, default 4000, at most 4400. */
  readonly timeoutMs?: number;
  /** How many deliveries may wait before further ones are answered 503 at once. Default 10000. */
  readonly maxQueued?: number;
  /** How many bytes of bodies may wait before further deliveries are answered 503 at once. Default 67108864 (64 MiB). */
  readonly maxQueuedBytes?: number;
  /** How many connections are opened at most. Default 10, at least 5; not with `pool`. */
  readonly maxConnections?: number;
  /** Told what puts deliveries at risk, and what goes wrong in the background. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: PostgresWarning) => void;
  /** For tests. */
  readonly clock?: Clock;
}

const knownOptions = [
  'connectionString',
  'pool',
  'schema',
  'concurrency',
  'leaseMs',
  'pollMs',
  'timeoutMs',
  'maxQueued',
  'maxQueuedBytes',
  'maxConnections',
  'onWarning',
  'clock',
  'encryption',
  'spill',
] as const satisfies (keyof PostgresInboxOptions)[];

export interface Settings {
  readonly pool: pg.Pool;
  /** Whether the pool is ours to close. */
  readonly ownsPool: boolean;
  readonly schema: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
  readonly warnings: Warnings;
  readonly clock: Clock;
  readonly scrub: Scrub;
}

const owner = 'postgresInbox';
const minConnections = 5;

/** @throws {ConfigurationError} `option-unknown`, `option-invalid`. */
export const readOptions = (options: PostgresInboxOptions): Settings => {
  checkOptions(owner, options, knownOptions);
  // why: core answers after 4500 ms, whatever becomes of the write.
  const timeoutMs = Math.min(positiveInteger(owner, 'timeoutMs', options.timeoutMs, 4000), 4400);
  const leaseMs = positiveInteger(owner, 'leaseMs', options.leaseMs, 30_000);
  if (leaseMs < minLeaseMs) throw invalid(`"leaseMs" must be ${minLeaseMs} or more: pg-boss knows no shorter lease.`);
  const schema = options.schema ?? 'mediahooks';
  // why so strict: the name stands in statements; and with `_pgboss` behind it, it must be one that pg-boss takes.
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw invalid('"schema" must be 1 to 40 lowercase letters, digits and underscores, not beginning with a digit.');
  }
  const { onWarning = emitWarning } = options;
  if (typeof onWarning !== 'function') throw invalid('"onWarning" must be a function.');
  const connection = readPool(options, timeoutMs);
  return {
    ...connection,
    warnings: createWarnings(onWarning, connection.scrub),
    schema,
    concurrency: positiveInteger(owner, 'concurrency', options.concurrency, 10),
    leaseMs,
    pollMs: positiveInteger(owner, 'pollMs', options.pollMs, 1000),
    timeoutMs,
    maxQueued: positiveInteger(owner, 'maxQueued', options.maxQueued, 10_000),
    maxQueuedBytes: positiveInteger(owner, 'maxQueuedBytes', options.maxQueuedBytes, 67_108_864),
    clock: options.clock ?? systemClock,
  };
};

const readPool = (options: PostgresInboxOptions, timeoutMs: number): Pick<Settings, 'ownsPool' | 'pool' | 'scrub'> => {
  const { connectionString, pool } = options;
  if ((connectionString === undefined) === (pool === undefined)) {
    throw invalid('give one of "connectionString" and "pool" (is an environment variable missing?).');
  }
  if (pool !== undefined) {
    if (options.maxConnections !== undefined) throw invalid('"maxConnections" is the pool\'s own affair.');
    if (typeof pool?.connect !== 'function' || typeof pool.on !== 'function') {
      throw invalid('"pool" must be a Pool of the package pg.');
    }
    if (pool.options.max < minConnections) throw invalid(`"pool" must have ${minConnections} connections or more.`);
    return { pool, ownsPool: false, scrub: (message) => message };
  }
  const max = positiveInteger(owner, 'maxConnections', options.maxConnections, 10);
  if (max < minConnections) throw invalid(`"maxConnections" must be ${minConnections} or more.`);
  const password = passwordOf(connectionString);
  const secrets = [connectionString, password, encodeURIComponent(password ?? '')].filter((one) => one !== undefined);
  return {
    ownsPool: true,
    pool: new pg.Pool({
      connectionString,
      max,
      connectionTimeoutMillis: timeoutMs,
      application_name: 'mediahooks',
      // why: a server that hangs does not answer a goodbye, and the process would wait for it.
      allowExitOnIdle: true,
      keepAlive: true,
    }),
    scrub: (message) =>
      secrets
        .filter((one) => one.length > 2)
        .reduce((scrubbed, one) => scrubbed.replaceAll(one, '[redacted]'), message),
  };
};

/** why no cause: Node's error for a malformed URL quotes all of it, the password too. */
const passwordOf = (connectionString: unknown): string | undefined => {
  if (typeof connectionString !== 'string' || connectionString.trim() === '') {
    throw invalid('"connectionString" is empty (is an environment variable missing?).');
  }
  try {
    return new pg.Client({ connectionString }).password ?? undefined;
  } catch {
    throw invalid('"connectionString" is no address of a database, like postgres://user:password@host:5432/name.');
  }
};

const invalid = (what: string): ConfigurationError =>
  new ConfigurationError('option-invalid', `${owner}: option ${what}`);
