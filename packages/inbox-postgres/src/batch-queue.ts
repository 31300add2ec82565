import { type Clock, InboxUnavailableError } from '@mediahooks/core';
import { closed, TransactionError, unavailable } from './failure.ts';

export interface BatchQueue<Item, Result> {
  /** Resolves once the item's transaction is committed, rejects where it could not be, or not in time. */
  push(item: Item, bytes?: number): Promise<Result>;
  /** Rejects what is still queued, and everything from now on; resolves when nothing runs any more. */
  close(): Promise<void>;
}

export interface BatchQueueOptions<Item, Result> {
  readonly clock: Clock;
  /** What the transaction does, as it is written in a message: "The inbox could not …". */
  readonly doing: string;
  /** One transaction for all of `items`, which gives their results in their order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** So many transactions at the same time. */
  readonly lanes: number;
  /** So long an item waits, in milliseconds; until then it is tried again where the database is gone. `Infinity`: until it is closed. */
  readonly timeoutMs: number;
  /** Whether an item is run again too where nobody knows if its transaction was committed: what has been done already changes nothing. */
  readonly mayRepeat: boolean;
  /** More than this are refused at once, so that memory stays bounded. */
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
}

interface Queued<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  isSettled: boolean;
}

/** One transaction takes no more than this, so that the first does not wait for the last of a flood. */
const maxBatch = 128;
const maxBatchBytes = 8_388_608;
const retryAfterMs = 100;

/** Collects what arrives while transactions run into the next one: a commit costs a flush of the disk, however much is in it. */
export const createBatchQueue = <Item, Result>(options: BatchQueueOptions<Item, Result>): BatchQueue<Item, Result> => {
  const { clock, doing, lanes, maxQueued, maxQueuedBytes, mayRepeat, run, timeoutMs } = options;
  let queue: Queued<Item, Result>[] = [];
  let held = 0;
  let heldBytes = 0;
  let isClosed = false;
  let isScheduled = false;
  let retryAt = 0;
  /** How many go into the next transaction at most. */
  let most = maxBatch;
  let lastError: unknown;
  const running = new Set<Promise<void>>();

  const schedule = (): void => {
    if (isScheduled || isClosed || queue.length === 0 || running.size >= lanes) return;
    isScheduled = true;
    const start = (): void => {
      isScheduled = false;
      startLanes();
    };
    const waitMs = retryAt - clock.now();
    // why: at the end of this turn of the event loop, so that what arrived in it shares a transaction.
    if (waitMs > 0) clock.after(waitMs, start);
    else setImmediate(start);
  };

  const startLanes = (): void => {
    queue = queue.filter((one) => !one.isSettled);
    if (isClosed || queue.length === 0 || running.size >= lanes) return;
    const batch = queue.splice(0, fitting(queue, most));
    const done: Promise<void> = attempt(batch).finally(() => {
      running.delete(done);
      schedule();
    });
    running.add(done);
    schedule();
  };

  const attempt = async (batch: readonly Queued<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      retryAt = 0;
      most = Math.min(2 * most, maxBatch);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      if (error instanceof TransactionError && (error.isTransient || (mayRepeat && error.mayBeDone)) && !isClosed) {
        retryAt = clock.now() + retryAfterMs;
        // why: all of them may take longer than a transaction has, each time; fewer do not.
        most = Math.max(Math.floor(batch.length / 2), 1);
        queue = [...batch.filter((one) => !one.isSettled), ...queue];
        lastError = error;
        return;
      }
      // why: one that cannot be stored must not take the others with it.
      const isAboutOne = !(error instanceof TransactionError) || error.sqlState !== undefined;
      if (batch.length > 1 && isAboutOne && !isClosed) for (const one of batch) await attempt([one]);
      else for (const one of batch) one.reject(error instanceof TransactionError ? unavailable(doing, error) : error);
    }
  };

  return {
    push: (item, bytes = 0) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closed());
        if (held >= maxQueued || (held > 0 && heldBytes + bytes > maxQueuedBytes)) {
          const limit = held >= maxQueued ? `${maxQueued} writes` : `${maxQueuedBytes} bytes`;
          return reject(new InboxUnavailableError(`More than ${limit} are waiting for the inbox.`));
        }
        held += 1;
        heldBytes += bytes;
        const settle = (): boolean => {
          if (queued.isSettled) return false;
          queued.isSettled = true;
          held -= 1;
          heldBytes -= bytes;
          cancel();
          return true;
        };
        const queued: Queued<Item, Result> = {
          item,
          bytes,
          isSettled: false,
          resolve: (result) => void (settle() && resolve(result)),
          reject: (error) => void (settle() && reject(error)),
        };
        const late = (): void =>
          queued.reject(unavailable(doing, lastError ?? new Error(`it took more than ${timeoutMs} ms`)));
        // why: timers know no such time, and end at once.
        const cancel = Number.isFinite(timeoutMs) ? clock.after(timeoutMs, late) : () => undefined;
        queue.push(queued);
        schedule();
      }),
    async close() {
      isClosed = true;
      for (const one of queue) one.reject(closed());
      queue = [];
      await Promise.all(running);
    },
  };
};

/** How many of the first items go into one transaction: at least one. */
const fitting = (queue: readonly { readonly bytes: number }[], most: number): number => {
  let bytes = 0;
  const tooMany = queue.findIndex((one, index) => {
    bytes += one.bytes;
    return index >= most || (index > 0 && bytes > maxBatchBytes);
  });
  return tooMany === -1 ? queue.length : tooMany;
};
