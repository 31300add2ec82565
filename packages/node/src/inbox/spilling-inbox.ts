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
import { createLanes } from './lanes.ts';
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
 * An inbox that keeps deliveries in a file while its engine cannot be reached, and hands them over when it is back, those of one
 * subject in order: for platforms that never send again. What is in the file was flushed to disk before it was answered. A
 * delivery whose source or key this process does not have is left for another process, for an hour; then it is quarantined. A line that
 * is no delivery goes to `<path>.unreadable`, so that it is neither lost nor in the way.
 *
 * @throws {ConfigurationError} `option-invalid`, `option-unknown`.
 */
export const spillingInbox = (inbox: Inbox, options: SpillOptions): Inbox => {
  checkOptions('spill', options, ['path', 'sources', 'maxBytes', 'retryMs', 'clock']);
  const { clock = systemClock, maxBytes = 1_073_741_824, path, retryMs = 1000, sources } = options;
  if (typeof path !== 'string' || path.trim() === '') {
    throw new ConfigurationError('option-invalid', 'spill: option "path" must name a file.');
  }
  const file = createSpillFile(path, () => clock.now(), leftForMs);
  let reader: InboxReader | undefined;
  let stopped = false;
  let draining: Promise<void> | undefined;
  /** Cancels the next try; `undefined` where none is due. */
  let cancelRetry: (() => void) | undefined;
  let cancelLook = (): void => undefined;
  /** Writes to the file one after another: what arrives meanwhile shares the next flush. */
  let queued: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flushing: Promise<void> = Promise.resolve();
  /** Lines that are not on disk yet. */
  let unwritten = 0;
  /** Whether lines are on disk; found out at first, from then on remembered. */
  let held: Promise<boolean> | undefined;
  /** Lines that the engine did not take, and how often. */
  const refused = new Map<string, number>();

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
      // why: one for all that wait. Were there one for each, what must come after them would wait for as long as deliveries keep coming.
      if (queued.length === 1) flushing = flushing.then(flush);
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
    // why: one that is due is not put off. A busy receiver would come here again before it, each time.
    cancelRetry ??= clock.after(retryMs, startDrain);
  };

  const startDrain = (): void => {
    cancelRetry = undefined;
    draining ??= drain()
      // why: the engine is still away, or the disk fails. What was not handed over is tried again.
      .catch(() => undefined)
      .then(isSpilling)
      .then((left) => {
        draining = undefined;
        if (left) scheduleDrain();
      });
  };

  /** Hands over all lines. Rejects where the engine is still away. */
  const drain = async (): Promise<void> => {
    let hasAnswered = false;
    do {
      await file.handOver(async (lines, mayLeave) => {
        const { answered, left } = await handOverAll(lines, mayLeave, hasAnswered);
        hasAnswered = answered;
        if (left.length === 0) return 'taken';
        warnOfLeft(left);
        return 'left';
      });
      // why: within the queue of writes, so that no line is forgotten that came after the last was read.
      const looked = flushing.then(async () => {
        held = Promise.resolve(await file.hasLines());
      });
      // why: where the file cannot be looked at, the writes behind it must not be lost with it.
      flushing = looked.catch(() => undefined);
      await looked;
    } while (await held);
    refused.clear();
  };

  /**
   * Many at the same time, as their senders would have come: a commit costs a flush of the disk, however much is in it. Those of one
   * subject, and those that may be duplicates of each other, one after another: an engine promises no order among those it is given at
   * the same time, and where one fails, what comes after it must not be stored before it. Gives whether the engine has answered, and the
   * sources of what was left.
   */
  const handOverAll = async (
    lines: AsyncIterable<string>,
    mayLeave: boolean,
    hasAnsweredBefore: boolean,
  ): Promise<{ readonly answered: boolean; readonly left: readonly string[] }> => {
    const left: string[] = [];
    const lanes = createLanes(handedOverTogether, handedOverBytes);
    let hasAnswered = hasAnsweredBefore;
    try {
      for await (const line of lines) {
        if (stopped) throw new InboxUnavailableError('The inbox is being stopped.');
        const entry = readSpillLine(line);
        if (entry === undefined) {
          await setAside(line);
          continue;
        }
        const read = await readAgain(entry);
        const { id } = entry.delivery;
        // why: an engine that is still away is asked once. And what it refuses alone is refused for its own sake, not for another's.
        const isAlone = !hasAnswered || refused.has(id);
        if (isAlone) await lanes.settled();
        await lanes.run([id, ...entry.keys, ...(read?.subjects ?? [])], line.length, async () => {
          if ((await handOver(line, entry, read, mayLeave)) === 'left') left.push(entry.delivery.source);
        });
        if (isAlone) await lanes.settled();
        hasAnswered = true;
      }
    } finally {
      // why: a file must not be taken for handed over, nor gone through again, while something of it is still being stored.
      await lanes.settled();
    }
    return { answered: hasAnswered, left };
  };

  /** What `accept` needs of it; `undefined` where it cannot be read (any more). */
  const readAgain = async ({ delivery, rejection }: SpillLine): Promise<Read | undefined> =>
    rejection === undefined ? reader?.read(delivery).catch(() => undefined) : undefined;

  const handOver = async (
    line: string,
    entry: SpillLine,
    read: Read | undefined,
    mayLeave: boolean,
  ): Promise<'left' | undefined> => {
    // why: an earlier run may have handed it over before it could remove the file.
    if ((await inbox.get(entry.delivery.id)) !== undefined) return undefined;
    // why: it was valid when it came. A process may live that has its source, its key or its release's schema, as while one is deployed.
    if (read === undefined && entry.rejection === undefined && mayLeave) return 'left';
    await storeOrKeep(line, entry, read);
    return undefined;
  };

  const storeOrKeep = async (line: string, entry: SpillLine, read: Read | undefined): Promise<void> => {
    const { delivery } = entry;
    try {
      await store(entry, read);
    } catch (error) {
      if (error instanceof InboxUnavailableError) return storeSlowly(entry, read, error);
      // why: a process that hands over the same file may have been faster.
      if ((await inbox.get(delivery.id)) !== undefined) return;
      // why: one that can never be stored must not keep all others behind it.
      await inbox.keep(delivery, 'quarantined', unreadAgain).catch((again: unknown) => {
        if (again instanceof InboxUnavailableError) throw again;
        return setAside(line);
      });
    }
  };

  /**
   * For one that the engine does not take though it answers. Once that has happened often enough, it is kept first, and its events are
   * made after: for that an engine has more time. Where even that fails it stays quarantined, and may be replayed.
   *
   * why: one that takes longer than a sender may wait, as for very many events, must not keep all others behind it.
   */
  const storeSlowly = async (entry: SpillLine, read: Read | undefined, error: InboxUnavailableError): Promise<void> => {
    const { delivery, heldKeys, keys, keysExpireAt, rejection } = entry;
    const times = (refused.get(delivery.id) ?? 0) + 1;
    refused.set(delivery.id, times);
    if (times < refusedAtMost) throw error;
    await inbox.keep(delivery, 'quarantined', rejection ?? neverTaken);
    if (read === undefined) return;
    await inbox.release({ delivery, keys, heldKeys, keysExpireAt, ...read }).catch(() => undefined);
  };

  const store = async (entry: SpillLine, read: Read | undefined): Promise<void> => {
    const { delivery, heldKeys, keys, keysExpireAt, rejection } = entry;
    if (read === undefined) return inbox.keep(delivery, 'quarantined', rejection ?? unreadAgain);
    await inbox.accept({ delivery, keys, heldKeys, keysExpireAt, ...read });
  };

  const warnOfLeft = (left: readonly string[]): void => {
    const sources = [...new Set(left)].join(', ');
    process.emitWarning(
      `This process cannot read ${left.length} of the deliveries in its spill file (sources: ${sources}): it does not have their source, ` +
        'or the key they were encrypted with. They are left for a process that has, for an hour; then they are quarantined.',
      { type: 'MediahooksWarning', code: 'MEDIAHOOKS_SPILL_LEFT' },
    );
  };

  const setAside = (line: string): Promise<void> =>
    appendFile(`${path}.unreadable`, `${line}\n`, { mode: 0o600, flush: true });

  /** Whether lines are on disk; `undefined` where the file cannot be looked at. */
  const findLines = (): Promise<boolean | undefined> => file.hasLines().catch(() => undefined);

  /**
   * Hands over what lies in the file, and looks again now and then: another process may die over what it has left there. Soon, where it
   * could not be found out.
   */
  const look = async (found: Promise<boolean | undefined>): Promise<void> => {
    const hasLines = await found;
    if (stopped) return;
    if (hasLines === true) {
      held = Promise.resolve(true);
      scheduleDrain();
    }
    const waitMs = hasLines === undefined ? retryMs : lookAgainMs;
    cancelLook = clock.after(waitMs, () => void look(findLines()), { keepsAlive: false });
  };

  /** Whether deliveries must go to the file although the engine may be there: those in the file come first. */
  const isSpilling = async (): Promise<boolean> => {
    // why: a file that cannot be looked at must not keep deliveries from an engine that is there.
    held ??= findLines().then((hasLines) => hasLines === true);
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
      const found = findLines();
      held ??= found.then((hasLines) => hasLines === true);
      void look(found);
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
      const stopBy = clock.now() + limit.timeoutMs;
      cancelRetry?.();
      cancelLook();
      await draining;
      await flushing;
      await file.close();
      // why not all of it again: who waits for the whole may be ended once the time is over.
      await inbox.stop({ timeoutMs: Math.max(stopBy - clock.now(), 0) });
    },
  };
};

type Read = Pick<Acceptance, 'plan' | 'subjects'>;

/** So many lines are handed over at the same time, and so much of the file. */
const handedOverTogether = 64;
const handedOverBytes = 16_777_216;

/** So long lines that a process cannot read are left for others. */
const leftForMs = 3_600_000;

/** So often it is looked whether others have left lines. */
const lookAgainMs = 60_000;

/** So often a line is tried that the engine does not take while it answers everything else. */
const refusedAtMost = 5;

const neverTaken: Rejection = {
  code: 'inbox-unavailable',
  hint: `It was spilled, and the inbox could not store it with its events in ${refusedAtMost} tries. Replay it.`,
};

const unreadAgain: Rejection = {
  code: 'invalid-payload',
  hint: 'It was spilled, and could not be read again when the inbox was back.',
};
