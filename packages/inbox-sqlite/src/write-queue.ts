import type { DatabaseSync } from 'node:sqlite';
import { type Clock, InboxUnavailableError } from '@mediahooks/core';

export interface WriteQueue {
  /**
   * Runs `work` in the next shared transaction; and again, where that is rolled back because another's work has thrown. Resolves once
   * it is on disk, rejects where it could not be. `heldBytes` is what waiting keeps in memory for a sender; such writes are refused
   * where too many wait.
   */
  write<Result>(work: () => Result, heldBytes?: number): Promise<Result>;
  /**
   * For what a worker notes of events, which may be lost in a power cut: they are then handled again. In the file like any other write,
   * so that a process that is killed loses nothing, but flushed to the disk only with what is written after it.
   */
  writeDown<Result>(work: () => Result): Promise<Result>;
  /** Rejects what is still queued, and everything from now on. Resolves once nothing waits for the disk any more. */
  close(): Promise<void>;
}

export interface WriteQueueOptions {
  readonly clock: Clock;
  /** So long a write waits for a locked file before it is given up. */
  readonly timeoutMs: number;
  /** More waiting writes of senders than this are refused at once, so that memory stays bounded. */
  readonly maxQueued: number;
  /** The same for the bytes they hold. */
  readonly maxQueuedBytes: number;
  /** Throws where what is written would be lost: asked before each transaction. */
  readonly check: () => void;
  /** The same, asked as the first thing in each transaction. */
  readonly checkWithin: () => void;
  /** Writes what is written once for all of a transaction. */
  readonly beforeCommit: () => void;
  /** Nothing of a transaction was written. */
  readonly rolledBack: () => void;
  /** Resolves once everything that is committed is on disk. Rejects where that could not be, and from then on. */
  readonly flush: () => Promise<void>;
}

interface QueuedWrite {
  readonly giveUpAt: number;
  readonly heldBytes: number;
  /** Resolves no sooner than it is on disk. */
  readonly flushed: boolean;
  /** Gives what to call once the transaction is in the file, and on disk where that is asked for. */
  readonly run: () => () => void;
  readonly fail: (error: Error) => void;
}

/** A write whose transaction is committed, and what to call then. */
interface Settled {
  readonly write: QueuedWrite;
  readonly done: () => void;
}

/** One transaction takes no more than this many writes, so that the first does not wait for the last of a flood. */
const maxBatch = 512;
/** Nor does it wait for more than this many turns of the event loop. */
const maxTurns = 4;
const lockedRetryMs = 5;

/**
 * Collects writes that arrive together into one transaction: a commit costs a flush of the disk, however much is in it. A batch closes
 * with the first turn of the event loop that has brought nothing more, so that one that comes alone does not wait. While the disk
 * flushes one batch, the next is collected.
 */
export const createWriteQueue = (
  // why no more of it: whether a transaction is open, as `isTransaction` says, Node 22.13 does not tell.
  database: Pick<DatabaseSync, 'exec' | 'prepare'>,
  options: WriteQueueOptions,
): WriteQueue => {
  const { beforeCommit, check, checkWithin, clock, flush, maxQueued, maxQueuedBytes, rolledBack, timeoutMs } = options;
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const savepoint = database.prepare('SAVEPOINT one_write');
  const release = database.prepare('RELEASE one_write');
  const undo = database.prepare('ROLLBACK TO one_write');
  let queue: QueuedWrite[] = [];
  let queuedBytes = 0;
  /** What is committed, and waits for the disk. */
  const unflushed = { writes: 0, bytes: 0 };
  let flushing = Promise.resolve();
  /** Why nothing is written any more: the disk could not be flushed. */
  let lost: InboxUnavailableError | undefined;
  let scheduled = false;
  let closed = false;
  /** Whether a transaction is open. */
  let within = false;
  /** Whether the next transaction keeps its writes apart, so that one that throws fails alone. */
  let apart = false;

  const schedule = (): void => {
    if (scheduled || queue.length === 0) return;
    scheduled = true;
    collect(queue.length, maxTurns);
  };

  const collect = (collected: number, turns: number): void => {
    setImmediate(() => {
      const goesOn = turns > 1 && queue.length > collected && queue.length < maxBatch;
      if (goesOn) collect(queue.length, turns - 1);
      // why not beside it: what arrives meanwhile shares the next commit, and what all of them change is written once.
      else if (unflushed.writes > 0) void flushing.then(writeBatch);
      else writeBatch();
    });
  };

  const writeBatch = (): void => {
    scheduled = false;
    if (closed) return;
    const batch = queue.slice(0, maxBatch);
    try {
      // why: one that could not be rolled back would fail every write after it.
      rollBack();
      if (lost !== undefined) throw lost;
      check();
      begin.run();
      within = true;
      checkWithin();
    } catch (error) {
      rollBack();
      waitForLock(error);
      return;
    }
    keep(queue.slice(maxBatch));
    const settled: Settled[] = [];
    try {
      for (const write of batch) settled.push({ write, done: apart ? runApart(write) : write.run() });
      beforeCommit();
      commit.run();
      within = false;
    } catch (error) {
      rollBack();
      rolledBack();
      if (apart || isEngineError(error)) {
        apart = false;
        for (const write of batch) write.fail(unavailable(error));
        schedule();
      } else {
        // why only now: a savepoint copies each page that is changed under it, which costs as much as the writes themselves.
        apart = true;
        keep([...batch, ...queue]);
        writeBatch();
      }
      return;
    }
    apart = false;
    settleOnDisk(settled.filter(({ write }) => write.flushed));
    for (const { done, write } of settled) if (!write.flushed) done();
    schedule();
  };

  const settleOnDisk = (waiting: readonly Settled[]): void => {
    if (waiting.length === 0) return;
    const bytes = waiting.reduce((total, { write }) => total + write.heldBytes, 0);
    unflushed.writes += waiting.length;
    unflushed.bytes += bytes;
    const settle = (each: (one: Settled) => void): void => {
      unflushed.writes -= waiting.length;
      unflushed.bytes -= bytes;
      for (const one of waiting) each(one);
    };
    flushing = flush().then(
      () => settle(({ done }) => done()),
      (error: unknown) => {
        lost ??= new InboxUnavailableError(
          `The disk could not keep what was written: ${String(error)}. Nothing more is accepted before this process is restarted.`,
          { cause: error },
        );
        const why = lost;
        settle(({ write }) => write.fail(why));
      },
    );
  };

  const rollBack = (): void => {
    if (!within) return;
    try {
      database.exec('ROLLBACK');
      within = false;
    } catch (error) {
      // why: where the engine has done it already, as with a disk that is full, it says so. Else the next write tries it again.
      within = sqliteCode(error) !== noTransactionCode;
    }
  };

  const keep = (waiting: QueuedWrite[]): void => {
    queue = waiting;
    queuedBytes = waiting.reduce((total, { heldBytes }) => total + heldBytes, 0);
  };

  /** A write that throws fails alone; where the engine itself fails, all of the batch does. */
  const runApart = (write: QueuedWrite): (() => void) => {
    savepoint.run();
    try {
      const done = write.run();
      release.run();
      return done;
    } catch (error) {
      if (isEngineError(error)) throw error;
      undo.run();
      release.run();
      return () => write.fail(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const waitForLock = (error: unknown): void => {
    const now = clock.now();
    const [waiting, late] = isLocked(error)
      ? [queue.filter((write) => write.giveUpAt > now), queue.filter((write) => write.giveUpAt <= now)]
      : [[], queue];
    keep(waiting);
    for (const write of late) write.fail(unavailable(error));
    if (queue.length === 0) return;
    scheduled = true;
    clock.after(lockedRetryMs, writeBatch);
  };

  const add = <Result>(
    work: () => Result,
    kind: Pick<QueuedWrite, 'flushed' | 'heldBytes'>,
    why: string | undefined,
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (why !== undefined) return reject(new InboxUnavailableError(why));
      queuedBytes += kind.heldBytes;
      queue.push({
        ...kind,
        giveUpAt: clock.now() + timeoutMs,
        run() {
          const result = work();
          return () => resolve(result);
        },
        fail: reject,
      });
      schedule();
    });

  const refused = (heldBytes: number | undefined): string | undefined => {
    if (closed) return 'The inbox is closed.';
    if (heldBytes === undefined) return undefined;
    const writes = queue.length + unflushed.writes;
    const bytes = queuedBytes + unflushed.bytes;
    if (writes < maxQueued && bytes + heldBytes <= maxQueuedBytes) return undefined;
    return `Too much waits for the inbox already: ${writes} writes with ${bytes} bytes.`;
  };

  return {
    write: (work, heldBytes) => add(work, { flushed: true, heldBytes: heldBytes ?? 0 }, refused(heldBytes)),
    writeDown: (work) => add(work, { flushed: false, heldBytes: 0 }, refused(undefined)),
    close() {
      closed = true;
      for (const write of queue) write.fail(new InboxUnavailableError('The inbox is closed.'));
      keep([]);
      return flushing;
    },
  };
};

const sqliteCode = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  if (typeof error.errcode !== 'number') return undefined;
  // why: the low byte is the primary code; the rest says more of the same (sqlite.org/rescode.html).
  return error.errcode & 0xff;
};

const noTransactionCode = 1;
const busyCode = 5;
const lockedCode = 6;
const constraintCode = 19;

const isLocked = (error: unknown): boolean => [busyCode, lockedCode].includes(sqliteCode(error) ?? 0);

/** Whether the engine itself has failed, rather than what it was given. */
export const isEngineError = (error: unknown): boolean => ![undefined, constraintCode].includes(sqliteCode(error));

const unavailable = (error: unknown): InboxUnavailableError => {
  if (error instanceof InboxUnavailableError) return error;
  return new InboxUnavailableError(
    `The inbox could not write: ${error instanceof Error ? error.message : String(error)}.`,
    {
      cause: error,
    },
  );
};
