import type { Redis } from 'ioredis';
import { evaluate } from './engine.ts';
import { texts } from './replies.ts';
import { renewScript } from './scripts/working.ts';
import { within } from './within.ts';

/** The lock of a job that this process holds. */
export interface Lease {
  readonly job: string;
  /** What the lock holds as long as it is this process's. */
  readonly token: string;
  /** The event that is just handled. */
  readonly claimed: { readonly eventId: string; readonly claims: string } | undefined;
  /** Of its handler. */
  controller: AbortController;
  /** When the server has last said that it is this process's, in milliseconds since the epoch. */
  heardAt: number;
  /** Another has it. */
  isLost: boolean;
}

export interface Leases {
  /** Renews all of them, now. Gives whether the server could be asked. */
  renew(): Promise<boolean>;
  stop(): void;
}

export interface LeasesOptions {
  /** Waits for a server that is away. */
  readonly redis: Redis;
  /** With braces: `{mediahooks}`. */
  readonly root: string;
  readonly leaseMs: number;
  readonly holding: ReadonlySet<Lease>;
}

/** Renews locks regularly, and aborts the handlers of those that are another's by now, or that the server says nothing of. */
export const startLeases = ({ holding, leaseMs, redis, root }: LeasesOptions): Leases => {
  let asked: Promise<unknown> | undefined;

  const renew = async (): Promise<boolean> => {
    const asking = [...holding].filter(({ isLost }) => !isLost).map((lease) => ({ lease, claimed: lease.claimed }));
    if (asking.length === 0) return true;
    const args = asking.flatMap(({ claimed, lease }) => [
      lease.job,
      lease.token,
      claimed?.eventId ?? '',
      claimed?.claims ?? '',
    ]);
    try {
      const lost = new Set(texts(await evaluate(redis, renewScript, root, [leaseMs, asking.length, ...args])));
      for (const { claimed, lease } of asking) {
        if (!lost.has(lease.token)) lease.heardAt = Date.now();
        // why: it may have ended, have begun another, or been taken up by another turn while the question was on its way.
        else if (holding.has(lease) && lease.claimed === claimed) lose(lease);
      }
      return true;
    } catch {
      return false;
    }
  };

  const lose = (lease: Lease): void => {
    lease.isLost = true;
    lease.controller.abort();
  };

  const isSilent = ({ heardAt }: Lease): boolean => Date.now() - heardAt > leaseMs;

  const check = async (): Promise<void> => {
    asked ??= renew().finally(() => {
      asked = undefined;
    });
    if (![...holding].some(isSilent)) return;
    // why: it may be this process that was silent, asleep or busy for long: then the server answers now.
    await within(leaseMs / 4, asked);
    // why: timers that are late come before answers that have long been there.
    await new Promise((resolve) => setImmediate(resolve));
    // why: where the server cannot be reached from here, nobody says that the lock is gone.
    for (const lease of holding) if (isSilent(lease)) lease.controller.abort();
  };

  const timer = setInterval(() => void check(), leaseMs / 4);
  return { renew, stop: () => clearInterval(timer) };
};
