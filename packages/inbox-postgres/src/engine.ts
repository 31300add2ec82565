import { ConfigurationError } from '@mediahooks/core';
import { type Activity, createActivity } from './activity.ts';
import type { Connections } from './connections.ts';
import { describe, type Scrub, TransactionError } from './failure.ts';
import { type JobQueue, openJobQueue } from './job-queue.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createQueries, type Queries } from './queries.ts';
import { migrate } from './schema.ts';
import { createStore, type Store } from './store.ts';
import { createSubjects } from './subjects.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';
import type { Warnings } from './warnings.ts';

/** All that works on an open database. */
export interface Engine {
  readonly queue: JobQueue;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly activity: Activity;
  readonly upkeep: Upkeep;
  readonly queries: Queries;
}

export interface EngineOptions {
  readonly connections: Connections;
  readonly schema: string;
  readonly leaseMs: number;
  readonly scrub: Scrub;
  readonly warnings: Warnings;
}

/** So long a migration may take, and so long pg-boss may look after its tables. */
const openTimeoutMs = 60_000;
const maintenanceTimeoutMs = 600_000;

/**
 * Makes the tables, ours and pg-boss's, or brings them up to date.
 *
 * @throws {TransactionError} where the database cannot be reached; {@link ConfigurationError} where it can, and cannot be used.
 */
export const openEngine = async (options: EngineOptions): Promise<Engine> => {
  const { connections, leaseMs, schema, scrub, warnings } = options;
  const queueSchema = `${schema}_pgboss`;
  try {
    await connections.transaction(openTimeoutMs, async (transaction) => {
      await migrate(transaction, schema);
      const [server] = await transaction.query("SELECT current_setting('fsync') AS fsync");
      if (server?.fsync === 'off') warnings.fsyncOff();
      const [row] = await transaction.query('SELECT to_regnamespace($1) IS NULL AS missing', [queueSchema]);
      if (row?.missing === true) await transaction.query(`CREATE SCHEMA ${queueSchema}`);
    });
    const queue = await openJobQueue({
      schema: queueSchema,
      leaseMs,
      onError: warnings.failed,
      db: { executeSql: (text, values) => connections.execute(maintenanceTimeoutMs, text, values) },
    });
    const activity = createActivity(schema);
    const subjects = createSubjects(schema, queue);
    return {
      queue,
      store: createStore(schema, subjects, queue, activity),
      activity,
      jobs: createJobs(schema, subjects, queue),
      upkeep: createUpkeep(schema, subjects, queue),
      queries: createQueries(schema),
    };
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if (isMisconfigured(error)) {
      throw new ConfigurationError(
        'inbox-unusable',
        `postgresInbox: the database cannot be used: ${describe(error, scrub)}.`,
      );
    }
    throw new TransactionError(describe(error, scrub), true, undefined);
  }
};

/** No such user, wrong password, not allowed to log in; no such database; no right to make tables. */
const isMisconfigured = (error: unknown): boolean => {
  const state = error instanceof TransactionError ? error.sqlState : undefined;
  return state !== undefined && (state.startsWith('28') || state === '3D000' || state === '42501');
};
