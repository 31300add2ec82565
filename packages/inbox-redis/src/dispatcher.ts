import { Queue } from 'bullmq';
import type { Engine } from './engine.ts';
import { text } from './replies.ts';
import { findJoblessScript } from './scripts/working.ts';

export const queueName = 'queue';

/** What a job of BullMQ's carries. */
export interface LaneJob {
  readonly lane: string;
}

/**
 * Hands jobs over to BullMQ. They are made together with the events, in an outbox, and leave it once BullMQ has them: what a process did
 * not come to hand over, another does. To hand over twice is harmless, because the name of a job is never used again.
 */
export interface Dispatcher {
  /** Hands over jobs this process has just made; does not wait for it. */
  add(jobs: readonly string[]): void;
  /** Takes away jobs that nobody needs any more. */
  remove(jobs: readonly string[]): void;
  /** Hands over what has lain in the outbox for so long that its process must have died or lost the server. */
  sweep(): Promise<void>;
  /** Puts jobs into the outbox that BullMQ does not know although their lane has events; then sweeps. */
  sweepAll(): Promise<void>;
  /** Resolves when nothing is being handed over. */
  settled(): Promise<void>;
}

export interface DispatcherOptions {
  readonly engine: Engine;
  /** With braces: `{mediahooks}`. */
  readonly root: string;
}

/** At once; BullMQ adds them in one transaction. */
const batchSize = 100;
/** More than these are left to the sweep. */
const maxPending = 10_000;
/** Younger ones are still with the process that made them. */
const abandonedAfterMs = 2000;

/** `job-7 subject ignite video:12345`: the job, and its lane. */
const parse = (entry: string): { readonly job: string; readonly lane: string } => {
  const space = entry.indexOf(' ');
  return { job: entry.slice(0, space), lane: entry.slice(space + 1) };
};

export const createDispatcher = ({ engine, root }: DispatcherOptions): Dispatcher => {
  const outboxKey = `${root}:outbox`;
  let pending: string[] = [];
  let pumping: Promise<void> | undefined;
  let queue: Queue<LaneJob> | undefined;

  const openQueue = (): Queue<LaneJob> => {
    if (queue !== undefined) return queue;
    // why: shares the engine's connection, which is usable by now: then nothing of this can fail for good.
    queue = new Queue<LaneJob>(queueName, {
      prefix: root,
      connection: engine.redis,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', () => undefined);
    return queue;
  };

  const handOver = (entries: readonly string[]): Promise<void> =>
    engine.use(async (redis) => {
      const jobs = entries.map(parse).map(({ job, lane }) => ({
        name: 'lane',
        data: { lane },
        opts: {
          jobId: job,
          removeOnComplete: true,
          removeOnFail: true,
          // why: only what goes wrong around an event counts here, like a lost connection; an event's own attempts are counted apart.
          attempts: 1_000_000_000,
          backoff: { type: 'fixed', delay: 1000 },
          stackTraceLimit: 1,
        },
      }));
      await openQueue().addBulk(jobs);
      await redis.zrem(outboxKey, ...entries);
    });

  const pump = async (): Promise<void> => {
    try {
      while (pending.length > 0) await handOver(pending.splice(0, batchSize));
    } catch {
      // why: they are in the outbox still.
      pending = [];
    }
  };

  const sweep = async (): Promise<void> => {
    for (;;) {
      const entries = await engine.use((redis) =>
        redis.zrangebyscore(outboxKey, '-inf', Date.now() - abandonedAfterMs, 'LIMIT', 0, batchSize),
      );
      if (entries.length > 0) await handOver(entries);
      if (entries.length < batchSize) return;
    }
  };

  return {
    add(jobs) {
      if (jobs.length === 0 || pending.length + jobs.length > maxPending) return;
      pending.push(...jobs);
      pumping ??= pump().finally(() => {
        pumping = undefined;
      });
    },
    remove(jobs) {
      for (const job of jobs) engine.use(() => openQueue().remove(job)).catch(() => undefined);
    },
    sweep,
    async sweepAll() {
      let cursor = '0';
      do {
        const reply = await engine.run(findJoblessScript, [cursor, `${root}:${queueName}:`]);
        cursor = Array.isArray(reply) ? text(reply[0]) : '0';
      } while (cursor !== '0');
      await sweep();
    },
    settled: async () => pumping,
  };
};
