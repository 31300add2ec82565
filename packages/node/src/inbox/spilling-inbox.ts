import { appendFile } from 'node:fs/promises';
import {
  type Acceptance,
  type Clock,
  ConfigurationError,
  checkOptions,
  type Inbox,
  type InboxReader,
  InboxUnavailableError,
  type Rejection,
  systemClock,
} from '@mediahooks/core';
import { createSpillFile } from './spill-file.ts';
import { acceptanceLine, quarantineLine, readSpillLine, type SpillLine } from './spill-line.ts';

export interface SpillOptions {
  /**
   * The file. It holds whole deliveries, credentials included: keep it where only this
   * process's user can read it, on a local disk. Several processes may share it.
   */
  readonly path: string;
  /** Only these sources' deliveries are spilled; those of others are answered 503, so that they come again. Default: all. */
  readonly sources?: readonly string[];
  /** The file grows no larger; then deliveries are answered 503. Bytes, default 1073741824 (1 GiB). */
  readonly maxBytes?: number;
  /** How often the engine is tried while it is unreachable. Milliseconds, default 1000. */
  readonly retryMs?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * An inbox that keeps deliveries in a file while its engine cannot be reached, and hands them over in order when it is back: for
 * platforms that never send again. What is in the file was flushed to disk before it was answered. A line that cannot be read goes to
 * `<path>.unreadable`, so that it is neither lost nor in the way.
 *
 * @throws {ConfigurationError} `option-invalid`, `option-unknown`.
 */
export const spillingInbox = (inbox: Inbox, options: SpillOptions): Inbox => {
  checkOptions('spill', options, ['path', 'sources', 'maxBytes', 'retryMs', 'clock']);
  const { clock = systemClock, maxBytes = 1_073_741_824, path, retryMs = 1000, sources } = options;
  if (typeof path !== 'string' || path.trim() === '') {
    throw new ConfigurationError('option-invalid', 'spill: option "path" must name a file.');
  }
  const file = createSpillFile(path);
  let reader: InboxReader | undefined;
  let stopped = false;
  let draining: Promise<void> | undefined;
  let cancelRetry = (): void => undefined;
  /** Writes to the file one after another: what arrives meanwhile shares the next flush. */
  let queued: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flushing: Promise<void> = Promise.resolve();
  /** Lines that are not on disk yet. */
  let unwritten = 0;
  /** Whether lines are on disk; found out at first, from then on remembered. */
  let held: Promise<boolean> | undefined;

  const flush = async (): Promise<void> => {
    const batch = queued;
    queued = [];
    if (batch.length === 0) return;
    try {
      const lines = batch.map(({ line }) => line);
      const bytes = lines.reduce((total, line) => total + Buffer.byteLength(line) + 1, 1);
      if ((await file.size()) + bytes > maxBytes) {
        throw new InboxUnavailableError(`The spill file has reached its limit of ${maxBytes} bytes.`);
      }
      await file.append(lines);
      held = Promise.resolve(true);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      unwritten -= batch.length;
    }
  };

  const spill = async (line: string): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      queued.push({ line, resolve, reject });
      unwritten += 1;
      flushing = flushing.then(flush);
    }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new InboxUnavailableError(`The inbox cannot be reached, and its spill file cannot be written: ${why}`, {
        cause: error,
      });
    });
    scheduleDrain();
  };

  const scheduleDrain = (): void => {
    if (stopped || draining !== undefined) return;
    cancelRetry();
    cancelRetry = clock.after(retryMs, startDrain);
  };

  const startDrain = (): void => {
    draining ??= drain()
      // why: the engine is still away, or the disk fails. What was not handed over is tried again.
      .catch(() => undefined)
      .then(isSpilling)
      .then((left) => {
        draining = undefined;
        if (left) scheduleDrain();
      });
  };

  /** Hands over all lines, in order. Rejects where the engine is still away. */
  const drain = async (): Promise<void> => {
    do {
      await file.handOver(handOver);
      // why: within the queue of writes, so that no line is forgotten that came after the last was read.
      flushing = flushing.then(async () => {
        held = Promise.resolve((await file.size()) > 0);
      });
      await flushing;
    } while (await held);
  };

  const handOver = async (line: string): Promise<void> => {
    if (stopped) throw new InboxUnavailableError('The inbox is being stopped.');
    const entry = readSpillLine(line);
    if (entry === undefined) return setAside(line);
    // why: an earlier run may have handed it over before it could remove the file.
    if ((await inbox.get(entry.delivery.id)) !== undefined) return;
    try {
      await store(entry);
    } catch (error) {
      if (error instanceof InboxUnavailableError) throw error;
      // why: one that can never be stored must not keep all others behind it.
      await inbox.keep(entry.delivery, 'quarantined', unreadAgain).catch((again: unknown) => {
        if (again instanceof InboxUnavailableError) throw again;
        return setAside(line);
      });
    }
  };

  const store = async ({ delivery, heldKeys, keys, keysExpireAt, rejection }: SpillLine): Promise<void> => {
    if (rejection !== undefined) return inbox.keep(delivery, 'quarantined', rejection);
    const read = await reader?.read(delivery);
    if (read === undefined) return inbox.keep(delivery, 'quarantined', unreadAgain);
    await inbox.accept({ delivery, keys, heldKeys, keysExpireAt, ...read });
  };

  const setAside = (line: string): Promise<void> =>
    appendFile(`${path}.unreadable`, `${line}\n`, { mode: 0o600, flush: true });

  /** Whether deliveries must go to the file although the engine may be there: those in the file come first. */
  const isSpilling = async (): Promise<boolean> => {
    // why: a file that cannot be looked at must not keep deliveries from an engine that is there.
    held ??= file.size().then(
      (size) => size > 0,
      () => false,
    );
    return (await held) || unwritten > 0;
  };
  const maySpill = (source: string): boolean => sources === undefined || sources.includes(source);

  const orSpill = async <Result>(
    source: string,
    write: () => Promise<Result>,
    line: () => string,
    result: Result,
  ): Promise<Result> => {
    if (stopped || !maySpill(source)) return write();
    if (!(await isSpilling())) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof InboxUnavailableError)) throw error;
      }
    }
    await spill(line());
    return result;
  };

  return {
    ...inbox,
    attach(given) {
      reader = given;
      inbox.attach?.(given);
      void isSpilling().then((left) => left && scheduleDrain());
    },
    accept: (acceptance: Acceptance) =>
      orSpill(
        acceptance.delivery.source,
        () => inbox.accept(acceptance),
        () => acceptanceLine(acceptance),
        { kind: 'stored', events: [] },
      ),
    keep: (delivery, outcome, why) =>
      // why: a refused delivery was never promised to be kept, and the file is for those that were.
      outcome === 'rejected'
        ? inbox.keep(delivery, outcome, why)
        : orSpill(
            delivery.source,
            () => inbox.keep(delivery, outcome, why),
            () => quarantineLine(delivery, why),
            undefined,
          ),
    async stop(limit) {
      stopped = true;
      cancelRetry();
      await draining;
      await flushing;
      await file.close();
      await inbox.stop(limit);
    },
  };
};

const unreadAgain: Rejection = {
  code: 'invalid-payload',
  hint: 'It was spilled, and could not be read again when the inbox was back.',
};
