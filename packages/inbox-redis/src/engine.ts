import { InboxUnavailableError } from '@mediahooks/core';
import { Redis, type RedisOptions } from 'ioredis';
import type { Script } from './scripts/script.ts';

export type Argument = string | number | Uint8Array;

export interface EngineOptions {
  readonly connection: RedisOptions;
  /** With braces: `{mediahooks}`. */
  readonly root: string;
  /** So long anything may take, waiting for a connection included. */
  readonly timeoutMs: number;
  /** How much may be under way or wait at the same time. */
  readonly maxQueued: number;
  /** Takes secrets out of a message. */
  readonly scrub: (message: string) => string;
  /** Called whenever the connection has become usable. */
  readonly onReady: (redis: Redis) => void;
  /** Called once for each time it is lost, with why. */
  readonly onLost: (why: string) => void;
}

/** The connection that stores and reads. Everything it does ends within `timeoutMs`, whatever the server does. */
export interface Engine {
  readonly redis: Redis;
  /** Runs a script. `deadline` in milliseconds since the epoch. @throws {InboxUnavailableError} */
  run(script: Script, args: readonly Argument[], deadline?: number): Promise<unknown>;
  /** Does anything else. @throws {InboxUnavailableError} */
  use<Result>(work: (redis: Redis) => Promise<Result>, deadline?: number, bytes?: number): Promise<Result>;
  /** Milliseconds since the epoch, by when something that begins now must have ended. */
  deadline(): number;
  close(): void;
}

/** Of what waits or is under way: bodies, mostly. */
export const maxQueuedBytes = 64 * 1024 * 1024;

export const createEngine = (options: EngineOptions): Engine => {
  const { connection, maxQueued, onLost, onReady, root, scrub, timeoutMs } = options;
  const redis = new Redis({
    ...connection,
    lazyConnect: true,
    // why: what cannot be sent now is refused, not kept: a sender waits for the answer, and memory must not grow with an outage.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    // why: a server that hangs keeps its connections; this gives up on them, and on what was sent, so that a new one is made.
    socketTimeout: timeoutMs,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 1000),
    // why: after a failover the old server stays reachable, as a replica.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  const waiting = new Set<(problem?: Error) => void>();
  let closed = false;
  let queued = 0;
  let queuedBytes = 0;
  let lostAt: number | undefined = Date.now();
  let lastProblem = 'It has never been reached.';
  let told = false;

  const wakeAll = (problem?: Error): void => {
    for (const wake of [...waiting]) wake(problem);
  };
  const lost = (): void => {
    lostAt ??= Date.now();
    if (closed || told) return;
    told = true;
    onLost(lastProblem);
  };
  redis.on('error', (error) => {
    lastProblem = scrub(error.message);
  });
  redis.on('close', lost);
  redis.on('ready', () => {
    lostAt = undefined;
    told = false;
    lastProblem = 'The connection was lost.';
    wakeAll();
    onReady(redis);
  });

  const unavailable = (what: string): InboxUnavailableError => new InboxUnavailableError(what);
  const away = (): InboxUnavailableError => unavailable(`Redis cannot be reached. ${lastProblem}`);

  /** Waits for a connection, but for no longer than `timeoutMs` since it was lost: in a long outage everything is refused at once. */
  const connected = async (deadline: number): Promise<void> => {
    if (redis.status === 'ready') return;
    if (redis.status === 'wait') {
      lostAt = Date.now();
      redis.connect().catch(() => undefined);
    }
    const waitMs = Math.min(deadline, (lostAt ?? Date.now()) + timeoutMs) - Date.now();
    if (waitMs <= 0) throw away();
    await new Promise<void>((resolve, reject) => {
      const wake = (problem?: Error): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        if (problem === undefined) resolve();
        else reject(problem);
      };
      const timer = setTimeout(() => wake(away()), waitMs);
      waiting.add(wake);
    });
  };

  const use: Engine['use'] = async (work, deadline = Date.now() + timeoutMs, bytes = 0) => {
    if (closed) throw unavailable('The inbox is closed.');
    if (queued >= maxQueued || (queued > 0 && queuedBytes + bytes > maxQueuedBytes)) {
      throw unavailable(`Redis is too slow: ${queued} commands with ${queuedBytes} bytes wait for it already.`);
    }
    queued += 1;
    queuedBytes += bytes;
    const underway = connected(deadline)
      .then(() => work(redis))
      .catch((error: unknown) => {
        throw error instanceof InboxUnavailableError ? error : unavailable(problemOf(error, scrub));
      })
      // why: when it has really ended, not when nobody waits any more: until then it costs memory.
      .finally(() => {
        queued -= 1;
        queuedBytes -= bytes;
      });
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(
        // why: both waits end at the same time, and it is chance which of them does first.
        () => reject(redis.status === 'ready' ? unavailable(`Redis did not answer within ${timeoutMs} ms.`) : away()),
        Math.max(deadline - Date.now(), 1),
      );
      cancel = () => clearTimeout(timer);
    });
    return Promise.race([underway, late]).finally(cancel);
  };

  return {
    redis,
    use,
    deadline: () => Date.now() + timeoutMs,
    run: (script, args, deadline) => use((client) => evaluate(client, script, root, args), deadline, bytesOf(args)),
    close() {
      closed = true;
      wakeAll(unavailable('The inbox is closed.'));
      redis.disconnect();
    },
  };
};

/** Runs a script, which the server may know already. */
export const evaluate = async (
  redis: Redis,
  script: Script,
  root: string,
  args: readonly Argument[],
): Promise<unknown> => {
  const given = args.map((one) => (one instanceof Uint8Array ? asBuffer(one) : one));
  try {
    return await redis.callBuffer('EVALSHA', [script.sha, 1, root, ...given]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await redis.callBuffer('EVAL', [script.lua, 1, root, ...given]);
  }
};

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const bytesOf = (args: readonly Argument[]): number =>
  args.reduce<number>((total, one) => total + (typeof one === 'number' ? 8 : one.length), 0);

/**
 * An error of the connection as a message. The error itself is not handed on: it carries the command with its arguments, which hold
 * credentials and bodies; and Redis repeats arguments of commands it does not know.
 */
const problemOf = (error: unknown, scrub: (message: string) => string): string => {
  const message = error instanceof Error ? error.message : String(error);
  return `Redis has refused: ${scrub(message.replace(/, with args beginning with:.*$/s, ''))}`;
};
