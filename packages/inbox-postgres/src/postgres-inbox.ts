import { ConfigurationError, type Inbox } from '@mediahooks/core';
import { inSteps, unlessCostly, untilNone } from '@mediahooks/core/inbox';
import { wrapInbox } from '@mediahooks/node/inbox';
import { createBatchQueue } from './batch-queue.ts';
import { createConnections, type Query, type Transaction } from './connections.ts';
import { type Engine, openEngine } from './engine.ts';
import { closed, TransactionError, unavailable } from './failure.ts';
import type { Ending } from './jobs.ts';
import { type PostgresInboxOptions, readOptions } from './options.ts';
import type { Write } from './store.ts';
import { startWorkerLoop, type WorkerLoop } from './worker.ts';

/** Transactions that store deliveries at the same time: while one waits for the disk, the next is filled. */
const storingLanes = 2;
/** So long a question or an order of an operator may take. */
const operatorTimeoutMs = 30_000;
/** So long connections have to close. */
const closeTimeoutMs = 3000;

/**
 * The inbox on PostgreSQL 13 or newer, for several machines: deliveries, events and attempts in tables of its own; jobs, their retries
 * and their leases in pg-boss, in the same transactions.
 *
 * Opens its connections when they are needed first, and goes on by itself after the database was away.
 *
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`. `start()` rejects with `inbox-too-new` where a newer release has
 * been at the database, and with `inbox-unusable` where it cannot be used; all else with `InboxUnavailableError`.
 */
export const postgresInbox = (options: PostgresInboxOptions): Inbox => {
  const settings = readOptions(options);
  const { clock, concurrency, leaseMs, maxQueued, maxQueuedBytes, pool, pollMs, schema, scrub, timeoutMs, warnings } =
    settings;
  // why: without a listener, a connection that is lost while idle would end the process.
  pool.on('error', warnings.failed);
  const connections = createConnections(pool, clock, scrub);
  let loop: WorkerLoop | undefined;
  let isStopped = false;
  let stopping: Promise<void> | undefined;
  let opening: Promise<Engine> | undefined;

  const open = (): Promise<Engine> => {
    if (isStopped) return Promise.reject(closed());
    opening ??= openEngine({ connections, schema, leaseMs, scrub, warnings }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  const inTransaction = async <Result>(
    limitMs: number,
    work: (engine: Engine, transaction: Transaction) => Promise<Result>,
  ): Promise<Result> => {
    const engine = await open();
    const result = await connections.transaction(limitMs, (transaction) => work(engine, transaction));
    warnings.well();
    return result;
  };

  const writes = createBatchQueue({
    clock,
    timeoutMs,
    maxQueued,
    maxQueuedBytes,
    // why: one that has been stored would be refused for its id; and whoever sent one that has not sends it again.
    mayRepeat: false,
    lanes: storingLanes,
    doing: 'store the delivery',
    run: (items: readonly Write[]) =>
      inTransaction(timeoutMs, ({ store }, transaction) => store.write(transaction, items, clock.now())),
  });
  const endings = createBatchQueue({
    clock,
    // why: until the inbox is closed, the lease is renewed as soon as the database is back. Where another has it, what would be written
    // is refused.
    timeoutMs: Number.POSITIVE_INFINITY,
    maxQueued: Number.POSITIVE_INFINITY,
    maxQueuedBytes: Number.POSITIVE_INFINITY,
    mayRepeat: true,
    lanes: 1,
    doing: 'write down how an event ended',
    run: (items: readonly Ending[]) =>
      inTransaction(timeoutMs, ({ jobs }, transaction) => jobs.finish(transaction, items)),
  });

  /** Orders of an operator: tried again where two transactions met. */
  const change = async <Result>(
    work: (engine: Engine, transaction: Transaction) => Promise<Result>,
  ): Promise<Result> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(operatorTimeoutMs, work);
      } catch (error) {
        if (!(error instanceof TransactionError)) throw error;
        if (attempt >= 3 || !error.sqlState?.startsWith('40')) throw unavailable('be changed', error);
      }
    }
  };

  const read = async <Result>(work: (engine: Engine, query: Query) => Promise<Result>): Promise<Result> => {
    try {
      return await inTransaction(operatorTimeoutMs, (engine, { query }) => work(engine, query));
    } catch (error) {
      throw error instanceof TransactionError ? unavailable('be read', error) : error;
    }
  };

  const stop = async (limitMs: number): Promise<void> => {
    await loop?.stop(limitMs);
    isStopped = true;
    const closing = async (): Promise<void> => {
      const opened = await opening?.catch(() => undefined);
      await opened?.queue.close();
      if (settings.ownsPool) await pool.end();
      else pool.removeListener('error', warnings.failed);
    };
    // why: bounded, because a database that does not answer must not keep a process from ending.
    await within(timeoutMs, Promise.all([writes.close(), endings.close()]));
    await within(closeTimeoutMs, closing().catch(warnings.failed));
    connections.close();
  };

  /** Waits for work that does not reject, but for no longer than `ms`. */
  const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve);
    });
    await Promise.race([work, late]);
    cancel();
  };

  const engine: Inbox = {
    async accept(acceptance) {
      const result = await writes.push({ kind: 'accept', acceptance }, acceptance.delivery.body.byteLength);
      if (result.kind === 'stored') loop?.wake();
      return result;
    },
    async keep(delivery, outcome, why) {
      await writes.push({ kind: 'keep', delivery, outcome, why }, delivery.body.byteLength);
    },
    countRefused: (counts) =>
      change(({ activity }, { query }) =>
        activity.add(
          query,
          counts.map((one) => ({ ...one, outcome: 'rejected' })),
        ),
      ),
    async release(acceptance) {
      const result = await change(({ store }, transaction) => store.release(transaction, acceptance, clock.now()));
      loop?.wake();
      return result;
    },
    async start(worker) {
      if (stopping !== undefined) throw closed();
      // why: a database that is away for now is waited for, by the loop; one that cannot be used is the operator's to mend.
      await open().catch((error: unknown) => {
        if (error instanceof ConfigurationError) throw error;
        warnings.failed(error);
      });
      // why: it was stopped meanwhile, and a loop that nobody ends would keep the process for ever.
      if (stopping !== undefined) return;
      loop ??= startWorkerLoop({
        worker,
        clock,
        concurrency,
        leaseMs,
        pollMs,
        onError: warnings.failed,
        source: {
          claim: (limit) =>
            inTransaction(timeoutMs, async ({ jobs }, transaction) => {
              const claimed = await jobs.claim(transaction, limit, clock.now());
              // why thrown: rolled back, none of them has been claimed. Given back, each would have lost an attempt.
              if (stopping !== undefined) throw closed();
              return claimed;
            }),
          finish: (ending) => endings.push(ending),
          renew: (jobs) =>
            inTransaction(timeoutMs, ({ queue }, { db }) =>
              queue.renew(
                db,
                jobs.map(({ claim }) => claim),
              ),
            ),
          giveBack: (left) =>
            inTransaction(timeoutMs, ({ jobs }, transaction) => jobs.giveBack(transaction, left, clock.now())),
          maintain: async () => (await open()).queue.maintain(),
        },
      });
    },
    stop({ timeoutMs: limitMs }) {
      stopping ??= stop(limitMs);
      return stopping;
    },
    list: (filter, page) => read(({ queries }, query) => queries.list(query, filter, page)),
    events: ({ subject }, page) => read(({ queries }, query) => queries.events(query, subject, page)),
    get: (deliveryId) => read(({ queries }, query) => queries.get(query, deliveryId)),
    load: (deliveryId) => read(({ queries }, query) => queries.load(query, deliveryId)),
    attempts: (eventId) => read(({ queries }, query) => queries.attempts(query, eventId)),
    stats: unlessCostly(
      () => read(({ queries }, query) => queries.stats(query, clock.now())),
      clock,
      ({ deliveries }) => deliveries.stored > 100_000,
    ),
    activity: (asked) => read(({ activity }, query) => activity.read(query, asked)),
    latency: ({ source } = {}) => read(({ queries }, query) => queries.latency(query, source)),
    newest: () => read(({ queries }, query) => queries.newest(query)),
    requeue: async (deliveryId) => {
      const count = await change(({ upkeep }, transaction) => upkeep.requeue(transaction, deliveryId, clock.now()));
      loop?.wake();
      return count;
    },
    discard: async (deliveryId) => {
      const count = await change(({ upkeep }, transaction) => upkeep.discard(transaction, deliveryId, clock.now()));
      loop?.wake();
      return count;
    },
    async prune(limits) {
      const { before, refused } = limits;
      let total = await inSteps((after) =>
        change(({ upkeep }, transaction) => upkeep.prune(transaction, limits, after)),
      );
      if (refused !== undefined) {
        total += await untilNone(() => change(({ upkeep }, transaction) => upkeep.pruneRefused(transaction, refused)));
      }
      await change(({ activity }, { query }) => activity.prune(query, clock.now()));
      await untilNone(() => change(({ upkeep }, transaction) => upkeep.forgetKeys(transaction, clock.now())));
      await untilNone(() => change(({ upkeep }, transaction) => upkeep.forgetSubjects(transaction, before)));
      return total;
    },
  };
  return wrapInbox(engine, options);
};
