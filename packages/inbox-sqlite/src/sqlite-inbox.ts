import { randomUUID } from 'node:crypto';
import {
  type Clock,
  ConfigurationError,
  checkOptions,
  type Inbox,
  InboxUnavailableError,
  positiveInteger,
  systemClock,
  UnreadableDeliveryError,
} from '@mediahooks/core';
import { inSteps, untilNone } from '@mediahooks/core/inbox';
import { type InboxWrapOptions, wrapInbox } from '@mediahooks/node/inbox';
import { createActivity } from './activity.ts';
import { createJobs } from './jobs.ts';
import { openDatabase, watchFile } from './open-database.ts';
import { createQueries } from './queries.ts';
import { watchSchema } from './schema.ts';
import { createStats } from './stats.ts';
import { createStore } from './store.ts';
import { createSubjects, type HearingPlace } from './subjects.ts';
import { createUpkeep } from './upkeep.ts';
import { startWorkerLoop, type WorkerLoop } from './worker.ts';
import { createWriteQueue } from './write-queue.ts';

export interface SqliteInboxOptions extends InboxWrapOptions {
  /** The file; it is made where there is none. Several processes of one machine may share it; a network drive may not hold it. */
  readonly path: string;
  /** How many events are handled at the same time. Default 10. */
  readonly concurrency?: number;
  /** How long an event belongs to a process that no longer says so. Milliseconds, default 30000; renewed while a handler runs. */
  readonly leaseMs?: number;
  /** How often events of other processes are looked for. Milliseconds, default 1000; its own are begun at once. */
  readonly pollMs?: number;
  /** How long a delivery waits for a locked file before it is answered 503. Milliseconds, default 4000. */
  readonly timeoutMs?: number;
  /** How many deliveries may wait to be written; further ones are answered 503 at once. Default 10000. */
  readonly maxQueued?: number;
  /** The same for the bytes of their bodies. Default 67108864 (64 MiB). */
  readonly maxQueuedBytes?: number;
  /** For tests. */
  readonly clock?: Clock;
}

const knownOptions = [
  'path',
  'concurrency',
  'leaseMs',
  'pollMs',
  'timeoutMs',
  'maxQueued',
  'maxQueuedBytes',
  'clock',
  'encryption',
  'spill',
] as const satisfies (keyof SqliteInboxOptions)[];

/** Reads fail like writes do: with one kind of error, but for what was asked wrongly and what was damaged. */
const unreadable = (error: unknown): never => {
  if (error instanceof ConfigurationError || error instanceof UnreadableDeliveryError) throw error;
  throw new InboxUnavailableError(`The inbox could not be read: ${String(error)}.`, { cause: error });
};

/**
 * The embedded inbox, on `node:sqlite`: nothing to install. Deliveries are on disk before they are answered, and
 * those that arrive together share one commit: SQLite's log (WAL) is flushed after it, as at `synchronous=FULL`, but beside the event
 * loop.
 *
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`; `inbox-too-new` for a file of a newer release; `inbox-unusable`
 * where the file cannot be opened or written.
 */
export const sqliteInbox = (options: SqliteInboxOptions): Inbox => {
  const owner = 'sqliteInbox';
  checkOptions(owner, options, knownOptions);
  const { path } = options;
  if (typeof path !== 'string' || path.trim() === '') {
    throw new ConfigurationError('option-invalid', `${owner}: option "path" must name a file.`);
  }
  const clock = options.clock ?? systemClock;
  const concurrency = positiveInteger(owner, 'concurrency', options.concurrency, 10);
  const leaseMs = positiveInteger(owner, 'leaseMs', options.leaseMs, 30_000);
  const pollMs = positiveInteger(owner, 'pollMs', options.pollMs, 1000);
  const timeoutMs = positiveInteger(owner, 'timeoutMs', options.timeoutMs, 4000);
  const maxQueued = positiveInteger(owner, 'maxQueued', options.maxQueued, 10_000);
  const maxQueuedBytes = positiveInteger(owner, 'maxQueuedBytes', options.maxQueuedBytes, 67_108_864);

  const { checkRewritten, database, log } = openDatabase(path);
  const checkFile = watchFile(path);
  const activity = createActivity(database);
  const queue = createWriteQueue(database, {
    clock,
    timeoutMs,
    maxQueued,
    maxQueuedBytes,
    check() {
      checkFile();
      checkRewritten();
    },
    checkWithin: watchSchema(database, path),
    beforeCommit: activity.write,
    rolledBack: activity.forget,
    flush: log.flush,
  });
  const subjects = createSubjects(database);
  const store = createStore(database, activity, subjects);
  const jobs = createJobs(database);
  const upkeep = createUpkeep(database);
  let loop: WorkerLoop | undefined;
  let stopped = false;
  let stopping: Promise<void> | undefined;

  const read = async <Result>(query: () => Result): Promise<Result> => {
    if (stopped) throw new InboxUnavailableError('The inbox is closed.');
    try {
      return query();
    } catch (error) {
      return unreadable(error);
    }
  };

  const queries = createQueries(database, read);

  const engine: Inbox = {
    async accept(acceptance) {
      const result = await queue.write(() => store.accept(acceptance, clock.now()), acceptance.delivery.body.length);
      if (result.kind === 'stored') loop?.wake();
      return result;
    },
    keep: (delivery, outcome, why) => queue.write(() => store.keep(delivery, outcome, why), delivery.body.length),
    countRefused: (counts) => queue.write(() => store.countRefused(counts), 0),
    async release(acceptance) {
      const result = await queue.write(() => store.release(acceptance, clock.now()));
      loop?.wake();
      return result;
    },
    async start(worker) {
      if (stopping !== undefined) throw new InboxUnavailableError('The inbox has been stopped; make a new one.');
      loop ??= startWorkerLoop({ jobs, queue, worker, clock, lease: randomUUID(), concurrency, leaseMs, pollMs });
    },
    stop(limit) {
      stopping ??= (async () => {
        await loop?.stop(limit.timeoutMs);
        stopped = true;
        await queue.close();
        await log.close();
        database.close();
      })();
      return stopping;
    },
    list: (filter, page) => queries.list(filter, page),
    events: ({ subject }, page) => read(() => queries.events(subject, page)),
    async get(deliveryId) {
      const found = await read(() => queries.get(deliveryId));
      // why: who finds a delivery here takes it for kept, as a spill file does that is handed over. It may just have been written.
      if (found !== undefined) await log.flush().catch(unreadable);
      return found;
    },
    load: (deliveryId) => read(() => queries.load(deliveryId)),
    attempts: (eventId) => read(() => queries.attempts(eventId)),
    stats: createStats(database, read, clock),
    activity: (query) => read(() => activity.read(query)),
    latency: ({ source } = {}) => read(() => queries.latency(source)),
    newest: () => read(() => queries.newest()),
    async requeue(deliveryId) {
      const count = await queue.write(() => upkeep.requeue(deliveryId, clock.now()));
      loop?.wake();
      return count;
    },
    async discard(deliveryId) {
      const count = await queue.write(() => upkeep.discard(deliveryId, clock.now()));
      loop?.wake();
      return count;
    },
    async prune(limits) {
      const { refused } = limits;
      let total = await inSteps((after) => queue.write(() => upkeep.prune(limits, after)));
      if (refused !== undefined) total += await untilNone(() => queue.write(() => upkeep.pruneRefused(refused)));
      await queue.write(() => activity.prune(clock.now()));
      while (await queue.write(() => upkeep.forgetKeys(clock.now())));
      // why here too: the worker has not noticed a clock that was ahead for less time than it waits between two claims.
      await queue.write(() => jobs.bringForward(clock.now(), [0], leaseMs));
      for (let place: HearingPlace | undefined = { heardAt: -1, seq: 0 }; place !== undefined; ) {
        const after: HearingPlace = place;
        place = await queue.write(() => subjects.forget(limits.before, after));
      }
      return total;
    },
  };
  return wrapInbox(engine, options);
};
