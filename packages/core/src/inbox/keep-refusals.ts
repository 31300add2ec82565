import type { Clock } from '../clock.ts';
import type { IncomingDelivery } from '../delivery.ts';
import { checkOptions, positiveInteger } from '../options.ts';
import type { Rejection } from '../rejection.ts';
import { alwaysHidden, type Source } from '../source.ts';
import type { Inbox, RefusedCount, StoredDelivery } from './inbox.ts';

export interface KeepRefusalsOptions {
  /** So many are kept each minute, by each process; the others are only counted. Default 60. */
  readonly perMinute?: number;
  /** Bodies are cut after so many bytes. What is cut cannot be replayed. Default 65536. */
  readonly maxBodyBytes?: number;
  /** So many of the newest stay, for 7 days at most. Default 2000. */
  readonly maxKept?: number;
}

/** A delivery that is being refused, as far as it was read. */
export interface RefusalToKeep {
  readonly id: string;
  readonly source: Source | undefined;
  readonly pathToken: string | undefined;
  readonly address: string | undefined;
  readonly receivedAt: number;
  readonly incoming: IncomingDelivery;
  /** `undefined` where it was refused before its body was read. */
  readonly body: Uint8Array | undefined;
  readonly why: Rejection;
}

export interface KeepRefusals {
  /** Returns at once, never throws, and writes after the answer. */
  note(refused: RefusalToKeep): void;
  /** What prune has to remove of them. */
  limits(): { readonly before: number; readonly keep: number };
  /** Takes no more, and writes what was noted and is not written yet. Never rejects. */
  stop(): Promise<void>;
}

const minuteMs = 60_000;
const keptMs = 7 * 24 * 60 * minuteMs;
/** What is only counted is written once in so many milliseconds. */
const countEveryMs = 10_000;

/** Keeps refused deliveries, so that an operator can look at them; a flood of them costs no more than its first. */
export const createKeepRefusals = (
  { clock, inbox }: { readonly clock: Clock; readonly inbox: Inbox },
  options: KeepRefusalsOptions,
): KeepRefusals => {
  const owner = 'createWebhooks: keepRefusals';
  checkOptions(owner, options, ['perMinute', 'maxBodyBytes', 'maxKept']);
  const perMinute = positiveInteger(owner, 'perMinute', options.perMinute, 60);
  const maxBodyBytes = positiveInteger(owner, 'maxBodyBytes', options.maxBodyBytes, 65_536);
  const maxKept = positiveInteger(owner, 'maxKept', options.maxKept, 2000);
  const pruneEvery = Math.ceil(maxKept / 4);

  let stopped = false;
  let minute = 0;
  let keptInMinute = 0;
  let keptSincePrune = 0;
  let counted = new Map<string, RefusedCount>();
  let cancelCount = (): void => undefined;
  /** Of those whose answer is still going out. */
  const waiting = new Set<() => void>();
  const writing = new Set<Promise<unknown>>();

  const limits = (): { before: number; keep: number } => ({ before: clock.now() - keptMs, keep: maxKept });

  /** Whether there is room for one more in this minute. */
  const take = (now: number): boolean => {
    const current = Math.floor(now / minuteMs);
    if (current !== minute) [minute, keptInMinute] = [current, 0];
    keptInMinute += 1;
    return keptInMinute <= perMinute;
  };

  const keep = async (delivery: StoredDelivery, why: Rejection): Promise<void> => {
    await inbox.keep(delivery, 'rejected', why);
    keptSincePrune += 1;
    if (keptSincePrune < pruneEvery) return;
    keptSincePrune = 0;
    await inbox.prune({ before: 0, refused: limits() });
  };

  const count = (source: string, receivedAt: number): void => {
    const key = `${Math.floor(receivedAt / minuteMs)} ${source}`;
    if (counted.size === 0) cancelCount = clock.after(countEveryMs, () => void writeCounts().catch(() => undefined));
    counted.set(key, { source, receivedAt, count: (counted.get(key)?.count ?? 0) + 1 });
  };

  const writeCounts = async (): Promise<void> => {
    const counts = [...counted.values()];
    if (counts.length === 0) return;
    counted = new Map();
    await inbox.countRefused(counts);
  };

  return {
    note(refused) {
      // why: what the inbox could not store now, it cannot store as refused either; and it may yet come to be stored.
      if (stopped || refused.why.code === 'inbox-unavailable') return;
      if (!take(clock.now())) return count(refused.source?.name ?? '', refused.receivedAt);
      const delivery = toStoredRefused(refused, maxBodyBytes);
      const written = new Promise<void>((resolve) => {
        const write = (): void => {
          cancel();
          waiting.delete(write);
          resolve(keep(delivery, refused.why));
        };
        // why: the answer goes out first. And best effort: a sender must not notice whether its refusal was kept.
        const cancel = clock.after(0, write);
        waiting.add(write);
      })
        .catch(() => undefined)
        .finally(() => writing.delete(written));
      writing.add(written);
      try {
        refused.incoming.waitUntil?.(written);
      } catch {
        // why: a sender that is refused has its answer, whatever the platform's function does. It is written as long as the process lives.
      }
    },
    limits,
    async stop() {
      stopped = true;
      cancelCount();
      for (const write of [...waiting]) write();
      await Promise.allSettled([...writing, writeCounts()]);
    },
  };
};

/** What is kept of it: credentials only where a guard of its source reads them. */
const toStoredRefused = (refused: RefusalToKeep, maxBodyBytes: number): StoredDelivery => {
  const { address, body, id, incoming, pathToken, receivedAt, source } = refused;
  const needless = source?.needlessHeaders ?? new Set(alwaysHidden);
  const bodyPart = body === undefined ? 'unread' : body.length > maxBodyBytes ? 'cut' : undefined;
  return {
    id,
    source: source?.name ?? '',
    receivedAt,
    address,
    pathToken: source?.takesPathToken === true ? pathToken : undefined,
    query: source === undefined ? '' : incoming.query,
    headers: [...incoming.headers.entries()].filter(([name]) => !needless.has(name)),
    body: body?.slice(0, maxBodyBytes) ?? new Uint8Array(),
    ...(bodyPart !== undefined && { bodyPart }),
  };
};
