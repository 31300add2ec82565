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
import { openSpillFile, type SpillFile } from './spill-file.ts';
import { acceptanceLine, quarantineLine, readSpillLine } from './spill-line.ts';

export interface SpillOptions {
  /** The file. It holds whole deliveries, credentials included: keep it where only this process can read it. One process a file. */
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
  let opening: Promise<SpillFile> | undefined;
  let reader: InboxReader | undefined;
  let stopped = false;
  let draining: Promise<void> | undefined;
  let cancelRetry = (): void => undefined;
  /** Writes to the file one after another: what arrives meanwhile shares the next flush. */
  let queued: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flushing: Promise<void> = Promise.resolve();

  const file = (): Promise<SpillFile> => {
    opening ??= openSpillFile(path).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  const flush = async (): Promise<void> => {
    const batch = queued;
    queued = [];
    if (batch.length === 0) return;
    try {
      const spill = await file();
      const lines = batch.map(({ line }) => line);
      if (spill.size + lines.reduce((total, line) => total + line.length, 0) > maxBytes) {
        throw new InboxUnavailableError(`The spill file has reached its limit of ${maxBytes} bytes.`);
      }
      await spill.append(lines);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const spill = async (line: string): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      queued.push({ line, resolve, reject });
      flushing = flushing.then(flush);
    }).catch((error: unknown) => {
      throw new InboxUnavailableError(`Neither the inbox nor its spill file can be written: ${String(error)}.`, {
        cause: error,
      });
    });
    scheduleDrain();
  };

  const scheduleDrain = (): void => {
    if (stopped || draining !== undefined) return;
    cancelRetry();
    cancelRetry = clock.after(retryMs, () => void startDrain());
  };

  const startDrain = (): Promise<void> => {
    draining ??= drain()
      .catch(() => undefined)
      .finally(async () => {
        draining = undefined;
        if (!stopped && (await file()).size > 0) scheduleDrain();
      })
      .catch(() => undefined);
    return draining;
  };

  /** Hands over all of the file, in order. Rejects where the engine is still away: then it begins again from the start, later. */
  const drain = async (): Promise<void> => {
    const spilled = await file();
    let offset = 0;
    let cleared = false;
    while (!cleared && !stopped) {
      while (offset < spilled.size && !stopped) {
        const { end, lines } = await spilled.read(offset);
        for (const line of lines) await handOver(line);
        offset = end;
      }
      // why: within the queue of writes, so that no line is cut away that came after the last read.
      flushing = flushing.then(async () => {
        if (stopped || offset < spilled.size) return;
        await spilled.clear();
        cleared = true;
      });
      await flushing;
    }
  };

  const handOver = async (line: string): Promise<void> => {
    const entry = readSpillLine(line);
    if (entry === undefined) return appendFile(`${path}.unreadable`, `${line}\n`);
    const { delivery, keys, keysExpireAt, rejection } = entry;
    // why: an earlier run may have handed it over before it could clear the file.
    if ((await inbox.get(delivery.id)) !== undefined) return;
    if (rejection !== undefined) return inbox.quarantine(delivery, rejection);
    const read = await reader?.read(delivery);
    if (read === undefined) {
      const why: Rejection = {
        code: 'invalid-payload',
        hint: 'It was spilled, and could not be read again when the inbox was back.',
      };
      return inbox.quarantine(delivery, why);
    }
    await inbox.accept({ delivery, keys, keysExpireAt, ...read });
  };

  /** Whether deliveries must go to the file although the engine may be there: those in the file come first. */
  const isSpilling = async (): Promise<boolean> => {
    try {
      return (await file()).size > 0 || queued.length > 0;
    } catch {
      return false;
    }
  };
  const mayspill = (source: string): boolean => sources === undefined || sources.includes(source);

  const orSpill = async <Result>(
    source: string,
    write: () => Promise<Result>,
    line: () => string,
    result: Result,
  ): Promise<Result> => {
    if (stopped || !mayspill(source)) return write();
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
    quarantine: (delivery, why) =>
      orSpill(
        delivery.source,
        () => inbox.quarantine(delivery, why),
        () => quarantineLine(delivery, why),
        undefined,
      ),
    async stop(limit) {
      stopped = true;
      cancelRetry();
      await draining;
      await flushing;
      await inbox.stop(limit);
      await opening?.then((spilled) => spilled.close()).catch(() => undefined);
    },
  };
};
