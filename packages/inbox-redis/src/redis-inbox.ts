import { ConfigurationError, checkOptions, type Inbox, InboxUnavailableError, positiveInteger } from '@mediahooks/core';
import { type InboxWrapOptions, wrapInbox } from '@mediahooks/node/inbox';
import type { RedisOptions } from 'ioredis';
import { readServer } from './connection.ts';
import { createCounts } from './counts.ts';
import { createDispatcher } from './dispatcher.ts';
import { createEngine } from './engine.ts';
import { createJobs } from './jobs.ts';
import { createQueries } from './queries.ts';
import { createStore } from './store.ts';
import { startSweeps } from './sweeps.ts';
import { createUpkeep } from './upkeep.ts';
import { emitWarning, type RedisWarning, readSettings, warningsOf } from './warnings.ts';
import { startWorkerLoop, type WorkerLoop } from './worker.ts';

export interface RedisInboxOptions extends InboxWrapOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://…` for TLS. This or `connection`. */
  readonly url?: string;
  /** ioredis options, for what a URL cannot say: Sentinel, certificates, a socket's path. */
  readonly connection?: RedisOptions;
  /** Keys begin with `{<prefix>}:`. Inboxes that share a server have different ones. Default `mediahooks`. */
  readonly prefix?: string;
  /** How many events are handled at the same time by this process. Default 10. */
  readonly concurrency?: number;
  /** How long an event belongs to a process that no longer says so. Milliseconds, default 30000; renewed while a handler runs. */
  readonly leaseMs?: number;
  /** How often events are looked for whose process died before it could queue them. Milliseconds, default 5000. */
  readonly sweepMs?: number;
  /** How long a delivery waits for Redis before it is answered 503. Milliseconds, default 4000, at most 4400. */
  readonly timeoutMs?: number;
  /** How many commands may wait for Redis before further deliveries are answered 503 at once. Default 1000; and never more than 64 MiB. */
  readonly maxQueued?: number;
  /** Told what puts deliveries at risk. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: RedisWarning) => void;
}

const knownOptions = [
  'url',
  'connection',
  'prefix',
  'concurrency',
  'leaseMs',
  'sweepMs',
  'timeoutMs',
  'maxQueued',
  'onWarning',
  'encryption',
  'spill',
] as const satisfies (keyof RedisInboxOptions)[];

/**
 * An inbox on Redis, for several machines: queueing, delayed retries and leases by BullMQ, deliveries and events in keys beside it.
 * Connects when it is first used. Needs Redis 6.2 or later, or Valkey.
 *
 * What is answered is as safe as the server's own settings make it: see the package's README.
 *
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`.
 */
export const redisInbox = (options: RedisInboxOptions): Inbox => {
  const owner = 'redisInbox';
  checkOptions(owner, options, knownOptions);
  const { connection, scrub } = readServer(owner, options);
  const { onWarning = emitWarning, prefix = 'mediahooks' } = options;
  if (typeof prefix !== 'string' || !/^[^{}\s]+$/.test(prefix)) {
    throw new ConfigurationError('option-invalid', `${owner}: option "prefix" must be text without braces and spaces.`);
  }
  const concurrency = positiveInteger(owner, 'concurrency', options.concurrency, 10);
  const leaseMs = positiveInteger(owner, 'leaseMs', options.leaseMs, 30_000);
  const sweepMs = positiveInteger(owner, 'sweepMs', options.sweepMs, 5000);
  const maxQueued = positiveInteger(owner, 'maxQueued', options.maxQueued, 1000);
  // why: core answers after 4500 ms, whatever becomes of the write.
  const timeoutMs = Math.min(positiveInteger(owner, 'timeoutMs', options.timeoutMs, 4000), 4400);
  // why: what stands in braces decides the hash slot, so that all keys of an inbox are in one.
  const root = `{${prefix}}`;

  const warn = (warning: RedisWarning): void => {
    try {
      onWarning(warning);
    } catch {
      // why: there is nobody left to tell.
    }
  };
  let loop: WorkerLoop | undefined;
  let sweeps: ReturnType<typeof startSweeps> | undefined;
  let stopped: Promise<void> | undefined;
  let checked = false;

  const engine = createEngine({
    connection,
    root,
    timeoutMs,
    maxQueued,
    scrub,
    onReady(redis) {
      sweeps?.now();
      if (checked) return;
      checked = true;
      readSettings(redis).then(
        (settings) => {
          for (const warning of warningsOf(settings)) warn(warning);
        },
        () => {
          // why: the connection was lost meanwhile; asked again on the next.
          checked = false;
        },
      );
    },
    onLost: (why) =>
      warn({
        code: 'MEDIAHOOKS_REDIS_UNREACHABLE',
        message: `Redis cannot be reached; deliveries are answered 503 until it is back, or spilled where that is configured. ${why}`,
      }),
  });
  const dispatcher = createDispatcher({ engine, root });
  const store = createStore({ engine, subjectsKey: `${root}:subjects`, maxQueued, onJobs: dispatcher.add });
  const queries = createQueries(engine, root);
  const counts = createCounts(engine, root);
  const upkeep = createUpkeep(engine, dispatcher);

  const stop = async (timeoutMs: number): Promise<void> => {
    sweeps?.stop();
    await loop?.stop(timeoutMs);
    await dispatcher.settled();
    engine.close();
  };

  return wrapInbox(
    {
      accept: store.accept,
      keep: store.keep,
      countRefused: store.countRefused,
      release: store.release,
      async start(worker) {
        if (stopped !== undefined) throw new InboxUnavailableError('The inbox has been stopped; make a new one.');
        if (loop !== undefined) {
          // why: where processes are frozen between requests, it is asked for again in each, and its timers cannot be relied on.
          sweeps?.now();
          return;
        }
        const jobs = createJobs(engine);
        loop = startWorkerLoop({ connection, root, worker, jobs, dispatcher, concurrency, leaseMs });
        sweeps = startSweeps(dispatcher, sweepMs);
      },
      async stop({ timeoutMs }) {
        stopped ??= stop(timeoutMs);
        await stopped;
      },
      list: queries.list,
      events: queries.events,
      get: queries.get,
      load: queries.load,
      attempts: queries.attempts,
      stats: queries.stats,
      activity: counts.activity,
      latency: counts.latency,
      newest: queries.newest,
      requeue: upkeep.requeue,
      discard: upkeep.discard,
      prune: upkeep.prune,
    },
    options,
  );
};
