import type { Clock } from '@mediahooks/core';
import type { Pool, PoolClient } from 'pg';
import { describe, isTransientState, type Scrub, sqlStateOf, TransactionError } from './failure.ts';
import type { Row } from './rows.ts';

export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** What pg-boss runs its statements with. */
export interface StatementRunner {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

export interface Transaction {
  readonly query: Query;
  /** Makes pg-boss's statements part of this transaction. */
  readonly db: StatementRunner;
}

export interface Connections {
  /**
   * Runs `work` in a transaction of its own, and gives up on it, and on its connection, after `timeoutMs`.
   *
   * @throws {TransactionError} where the database could not. What `work` itself throws, it throws.
   */
  transaction<Result>(timeoutMs: number, work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs statements outside any transaction of ours. */
  execute(timeoutMs: number, text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
  /** Gives up on all that is under way, and on its connections; and lends none any more. */
  close(): void;
}

/**
 * why read committed: locks are taken statement by statement, and what is read after waiting for one must be what its holder wrote.
 * why synchronous_commit: where a server has it off, a commit is answered before it is on disk. Settings for standbys stay.
 */
const begin = (timeoutMs: number): string =>
  'BEGIN ISOLATION LEVEL READ COMMITTED; ' +
  `SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL idle_in_transaction_session_timeout = ${timeoutMs}; ` +
  "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";

export const createConnections = (pool: Pool, clock: Clock, scrub: Scrub): Connections => {
  /** @param mayBeDone Whether the work may have come to its end although it failed: then it is not tried again. */
  const failureOf = (error: unknown, mayBeDone: boolean): TransactionError => {
    const state = sqlStateOf(error);
    if (state === undefined) return new TransactionError(describe(error, scrub), !mayBeDone, state, mayBeDone);
    return new TransactionError(describe(error, scrub), isTransientState(state), state);
  };

  const closings = new Set<() => void>();
  let isClosed = false;
  const closed = (mayBeDone: boolean): TransactionError =>
    new TransactionError('the inbox is closed', false, undefined, mayBeDone);

  /** Lends a connection for as long as `work` takes, `timeoutMs` at most. */
  const borrow = async <Result>(
    timeoutMs: number,
    work: (client: PoolClient) => Promise<Result>,
    mayBeDone: () => boolean,
  ): Promise<Result> => {
    if (isClosed) throw closed(false);
    let client: PoolClient | undefined;
    let isLate = false;
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (error: TransactionError): void => {
        isLate = true;
        reject(error);
      };
      const cancelTimer = clock.after(timeoutMs, () => {
        const what = `the database did not answer within ${timeoutMs} ms`;
        giveUp(new TransactionError(what, !mayBeDone(), undefined, mayBeDone()));
      });
      const close = (): void => giveUp(closed(mayBeDone()));
      closings.add(close);
      cancel = () => {
        cancelTimer();
        closings.delete(close);
      };
    });
    const working = async (): Promise<Result> => {
      const lent = await lend(pool).catch((error: unknown) => {
        throw failureOf(error, false);
      });
      if (isLate) {
        takeBack(lent, false);
        throw new TransactionError('the connection came too late', true, undefined);
      }
      client = lent;
      return work(lent);
    };
    const giveBack = (destroy: boolean): void => {
      if (client !== undefined) takeBack(client, destroy);
      client = undefined;
    };
    try {
      const result = await Promise.race([working(), late]);
      giveBack(false);
      return result;
    } catch (error) {
      // why: a connection in an unknown state is closed; its locks go with it.
      const isGone = isLate || (error instanceof TransactionError && error.sqlState === undefined);
      const isClean = !isGone && (await Promise.race([rollBack(client), late.catch(() => false)]));
      giveBack(!isClean);
      throw error;
    } finally {
      cancel();
    }
  };

  return {
    async transaction(timeoutMs, work) {
      let isCommitting = false;
      return borrow(
        timeoutMs,
        async (client) => {
          const run = async (text: string, values?: readonly unknown[]) => {
            try {
              return await client.query<Row>(text, values?.slice());
            } catch (error) {
              throw failureOf(error, isCommitting);
            }
          };
          await run(begin(timeoutMs));
          const result = await work({
            query: async (text, values) => (await run(text, values)).rows,
            db: { executeSql: run },
          });
          isCommitting = true;
          const { command } = await run('COMMIT');
          // why: a transaction that has failed answers COMMIT with ROLLBACK, and with no error.
          if (command !== 'COMMIT') throw new TransactionError('the transaction was rolled back', false, undefined);
          return result;
        },
        () => isCommitting,
      );
    },
    execute: (timeoutMs, text, values) =>
      borrow(
        timeoutMs,
        async (client) => {
          try {
            return await client.query<Row>(text, values);
          } catch (error) {
            throw failureOf(error, true);
          }
        },
        () => true,
      ),
    close() {
      isClosed = true;
      for (const close of closings) close();
    },
  };
};

/**
 * Takes a connection out of the pool.
 *
 * why listened to from the very moment on, by a callback: a pool listens for errors of idle connections only, and an error of one that
 * is lent would end the process. A server that shuts down may say so in the same packet in which it says that it is ready, before any
 * promise could settle.
 */
const lend = (pool: Pool): Promise<PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) return reject(error ?? new Error('The pool lent no connection.'));
      client.on('error', ignore);
      resolve(client);
    });
  });

const takeBack = (client: PoolClient, destroy: boolean): void => {
  client.removeListener('error', ignore);
  client.release(destroy);
};

const ignore = (): void => undefined;

const rollBack = async (client: PoolClient | undefined): Promise<boolean> => {
  try {
    await client?.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
};
