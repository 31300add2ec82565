import type { InboxEvent, InboxWorker, JobResult } from '@mediahooks/core';
import {
  type BackendFactory,
  createRedisBackend,
  DelayedError,
  type Job,
  type RedisQueueBackend,
  WaitingError,
  Worker,
} from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { type Dispatcher, type LaneJob, queueName } from './dispatcher.ts';
import type { Claimed, Ending, HeldJob, Jobs } from './jobs.ts';
import { type Lease, startLeases } from './leases.ts';
import { within } from './within.ts';

export interface WorkerLoop {
  /** Takes nothing more, waits for what is running, and aborts it after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

export interface WorkerLoopOptions {
  readonly connection: RedisOptions;
  /** With braces: `{mediahooks}`. */
  readonly root: string;
  readonly worker: InboxWorker;
  readonly jobs: Jobs;
  readonly dispatcher: Dispatcher;
  readonly concurrency: number;
  readonly leaseMs: number;
}

/** So long a handler has to end after it was aborted. */
const abortGraceMs = 1000;
/** So long BullMQ and the server have to say goodbye. */
const closeMs = 2000;
/** After so many events a lane goes to the end of the queue, so that a busy subject does not keep others waiting. */
const eventsPerTurn = 50;
/** Between tries to write down how an attempt ended. */
const retryEndMs = 500;

/** After so long without an answer a connection is given up, and made anew. */
const silenceMs = 10_000;

/** One job that this process holds. */
interface Held extends HeldJob, Lease {
  readonly done: Promise<unknown>;
  claimed: Claimed | undefined;
}

type Turn = { readonly kind: 'over' } | { readonly kind: 'back' } | { readonly kind: 'later'; readonly runAt: number };

export const startWorkerLoop = (options: WorkerLoopOptions): WorkerLoop => {
  const { concurrency, connection, dispatcher, jobs, leaseMs, root, worker } = options;
  const holding = new Set<Held>();
  let stopping = false;
  let closed = false;

  /** Hands out the events of a lane, one after another. */
  const takeTurn = async (held: Held): Promise<Turn> => {
    for (let events = 0; !stopping && !held.controller.signal.aborted; events += 1) {
      if (events === eventsPerTurn) return { kind: 'later', runAt: Date.now() };
      let claim = await jobs.claim(held);
      if (claim.kind === 'lost') {
        const before = runnerOf(claim);
        if (before !== undefined) {
          await takeUpAgain(held, before);
          continue;
        }
        const { attempts } = claim.event;
        // why: at once, not after the delay: nothing says that the event is at fault. The number of attempts still ends a crash loop.
        if (worker.retryDelayMs(attempts) === undefined) {
          const ending: Ending = { status: 'dead', runAt: Date.now(), endedAt: undefined };
          if (await jobs.end(claim, ending, held)) worker.abandoned?.(deadOf(claim), claim.delivery, attempts);
          continue;
        }
        claim = await jobs.claim(held, claim.claims);
      }
      if (claim.kind === 'over' || claim.kind === 'later') return claim;
      if (claim.kind === 'lost') return { kind: 'over' };
      const { signal } = held.controller;
      // why: the answer was late. Nothing is begun once it is to stop, when nobody may wait for its end, nor with a lease that may be over.
      if (stopping || signal.aborted) {
        await jobs.end(claim, { status: 'pending', runAt: Date.now(), endedAt: undefined });
        break;
      }
      held.claimed = claim;
      const said = await attempt(claim, signal);
      // why: what was aborted by a stop has not failed for good, whichever attempt it was, and may begin again at once.
      const result = said.kind === 'failed' && stopping && signal.aborted ? { ...said, retryInMs: 0 } : said;
      const ended = await writeDown(claim, result);
      held.claimed = undefined;
      const { delivery, event, unreadable } = claim;
      if (ended && unreadable !== undefined && result.kind === 'failed' && result.retryInMs === undefined) {
        worker.abandoned?.(deadOf(claim), delivery, event.attempts, unreadable);
      }
      // why not where another turn has taken it up: the lane is that one's. What was not written down may have been all the same, its
      // answer too late: whose the lane is now, the next claim says.
      if (closed || !holding.has(held)) return { kind: 'over' };
    }
    return { kind: 'back' };
  };

  /** What of this process still runs an event that BullMQ takes for lost. */
  const runnerOf = ({ claims, eventId }: Claimed): Held | undefined =>
    [...holding].find(({ claimed, isLost }) => !isLost && claimed?.eventId === eventId && claimed.claims === claims);

  /**
   * Goes on where another turn of the same lane has stopped to be its job's: waits for what that one still runs, under its own lock.
   *
   * why: a machine that slept, and a turn of the event loop that took long, end leases too. Nobody has taken the event over: run once
   * more, it would be handled twice at the same time, and at its last attempt be a dead letter while its handler is at it.
   */
  const takeUpAgain = async (held: Held, before: Held): Promise<void> => {
    holding.delete(before);
    held.controller = before.controller;
    held.claimed = before.claimed;
    await before.done;
    held.claimed = undefined;
  };

  const attempt = async ({ delivery, event, unreadable }: Claimed, signal: AbortSignal): Promise<JobResult> => {
    if (unreadable !== undefined) return { kind: 'failed', error: unreadable, retryInMs: undefined };
    try {
      return await worker.run(event, delivery, { signal, attempt: event.attempts });
    } catch (error) {
      const retryInMs = worker.retryDelayMs(event.attempts);
      return { kind: 'failed', error: error instanceof Error ? error.name : 'It failed.', retryInMs };
    }
  };

  /** Tries until it is written, or until that is no longer for this process to write. */
  const writeDown = async (claimed: Claimed, result: JobResult): Promise<boolean> => {
    const ending = endingOf(result);
    while (!closed) {
      try {
        return await jobs.end(claimed, ending);
      } catch {
        // why: the server is away. Nobody else can take the event meanwhile, and it need not be handled twice.
        await sleep(retryEndMs);
      }
    }
    return false;
  };

  const process = async (job: Job<LaneJob>, token = ''): Promise<void> => {
    const id = job.id ?? '';
    let resolve = (): void => undefined;
    const done = new Promise<void>((end) => {
      resolve = end;
    });
    const held: Held = {
      lane: job.data.lane,
      job: id,
      lockKey: `${root}:${queueName}:${id}:lock`,
      token,
      controller: new AbortController(),
      done,
      claimed: undefined,
      heardAt: Date.now(),
      isLost: false,
    };
    holding.add(held);
    try {
      const turn = await takeTurn(held);
      if (turn.kind === 'later') {
        await job.moveToDelayed(turn.runAt, token);
        throw new DelayedError();
      }
      if (turn.kind === 'back') {
        await job.moveToWait(token);
        throw new WaitingError();
      }
    } finally {
      holding.delete(held);
      resolve();
    }
  };

  const { connections, first } = connect(connection);
  const leases = startLeases({ redis: first, root, leaseMs, holding });
  const backendOf: BackendFactory<RedisQueueBackend> = (...given) => {
    const backend = createRedisBackend(...given);
    const putBack = backend.moveStalledJobsToWait.bind(backend);
    // why first: what this very process still runs is not to be put back by it, however late it is to renew it.
    backend.moveStalledJobsToWait = async () => ((await leases.renew()) ? putBack() : []);
    return backend;
  };
  const settings = {
    prefix: root,
    connection: first,
    concurrency,
    lockDuration: leaseMs,
    stalledInterval: Math.max(Math.round(leaseMs / 2), 100),
    // why: BullMQ gives up a lock that has run out, although nobody has taken the job over.
    skipLockRenewal: true,
    // why: how often an event may be lost is for its own attempts to say.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  };
  const bull = new Worker(queueName, process, settings, backendOf);
  bull.on('error', () => undefined);

  /** Resolves when nothing is held any more, or after `ms`. */
  const settled = (ms: number): Promise<unknown> => within(ms, Promise.all([...holding].map(({ done }) => done)));

  return {
    async stop(timeoutMs) {
      stopping = true;
      void bull.pause(true).catch(() => undefined);
      await settled(timeoutMs);
      for (const { controller } of holding) controller.abort();
      if (holding.size > 0) await settled(abortGraceMs);
      closed = true;
      leases.stop();
      const left = [...holding].flatMap(({ claimed }) => claimed ?? []);
      // why: not left to the lease: what this process no longer waits for, another may begin at once.
      await within(
        closeMs,
        Promise.all(left.map((claimed) => jobs.giveBack(claimed).then(dispatcher.add, () => undefined))),
      );
      // why: where it has no connection it would wait for one, its timers with it.
      const away = connections.some(({ status }) => status !== 'ready');
      await within(closeMs, bull.close(away || holding.size > 0));
      // why: to disconnect twice leaves a timer behind, and the process waits for it.
      for (const one of connections) if (one.status !== 'end') one.disconnect();
    },
  };
};

/**
 * The connection a worker of BullMQ's begins with, and a list of all that are made of it.
 *
 * why: it makes another for itself, and cannot close that one while the server is away.
 */
const connect = (connection: RedisOptions): { readonly first: Redis; readonly connections: readonly Redis[] } => {
  const first = new Redis({
    ...connection,
    // why: as BullMQ wants it; what it sends waits for the server, and is no more than the jobs it holds.
    maxRetriesPerRequest: null,
    lazyConnect: false,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    commandTimeout: undefined,
    // why: a server that hangs keeps its connections.
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1000),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  const connections = [first];
  const duplicate = first.duplicate.bind(first);
  first.duplicate = (override) => {
    // why: it waits for jobs in silence, and BullMQ itself watches that this ends.
    const copy = duplicate({ ...override, socketTimeout: undefined });
    connections.push(copy);
    return copy;
  };
  first.on('error', () => undefined);
  return { first, connections };
};

const endingOf = (result: JobResult): Ending => {
  const endedAt = Date.now();
  if (result.kind !== 'failed') return { status: result.kind, runAt: endedAt, endedAt };
  const { error, retryInMs } = result;
  if (retryInMs === undefined) return { status: 'dead', runAt: endedAt, endedAt, error };
  return { status: 'pending', runAt: endedAt + retryInMs, endedAt, error };
};

const deadOf = ({ event }: Claimed): InboxEvent => ({ ...event, status: 'dead' });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
