import type { ClaimedEvent } from '@mediahooks/core/inbox';
import type { Engine } from './engine.ts';
import { claimedFrom } from './records.ts';
import { fieldsFrom, list, text, texts } from './replies.ts';
import { claimScript, endScript, giveBackScript } from './scripts/working.ts';

/** A job of BullMQ's that this process has locked, and the lane it is for. */
export interface HeldJob {
  readonly lane: string;
  readonly job: string;
  /** Where BullMQ keeps the lock, and what it holds as long as it is this process's. */
  readonly lockKey: string;
  readonly token: string;
}

/** An event taken out of its lane's front. */
export interface Claimed extends ClaimedEvent {
  readonly lane: string;
  readonly eventId: string;
  /** How often it has been taken, ever: says whether it still is this process's. */
  readonly claims: string;
}

export type Claim =
  | { readonly kind: 'over' }
  | { readonly kind: 'later'; readonly runAt: number }
  /** A process has taken it and lost its lock since. */
  | ({ readonly kind: 'lost' } & Claimed)
  | ({ readonly kind: 'claimed' } & Claimed);

export interface Ending {
  readonly status: 'dead' | 'handled' | 'ignored' | 'pending';
  readonly runAt: number;
  /** `undefined` where nobody saw it end. */
  readonly endedAt: number | undefined;
  readonly error?: string;
}

/** Takes events and writes down what became of them. */
export interface Jobs {
  /** `lost`: the last claim of a lost event that is to be taken all the same. */
  claim(held: HeldJob, lost?: string): Promise<Claim>;
  /**
   * Gives `false`, and changes nothing, where another has taken the event since. `finder`: who has not run it but found it lost, and must
   * still have the lock.
   */
  end(claimed: Pick<Claimed, 'claims' | 'eventId' | 'lane'>, ending: Ending, finder?: HeldJob): Promise<boolean>;
  /** Gives the jobs that were made. */
  giveBack(claimed: Claimed): Promise<string[]>;
}

export const createJobs = (engine: Engine): Jobs => ({
  async claim({ job, lane, lockKey, token }, lost = '') {
    const reply = list(await engine.run(claimScript, [Date.now(), lane, job, lockKey, token, lost]));
    const [what, first, second, third, fourth] = reply;
    const kind = text(what);
    switch (kind) {
      case 'claimed':
      case 'lost': {
        const eventId = text(first);
        return {
          kind,
          lane,
          eventId,
          claims: text(second),
          ...claimedFrom(eventId, fieldsFrom(third), fieldsFrom(fourth)),
        };
      }
      case 'later':
        return { kind: 'later', runAt: Number(text(first)) };
      default:
        return { kind: 'over' };
    }
  },
  async end({ claims, eventId, lane }, { endedAt, error, runAt, status }, finder) {
    const failed = error === undefined ? '0' : '1';
    const lock = [finder?.lockKey ?? '', finder?.token ?? ''];
    const args = [lane, eventId, claims, status, runAt, endedAt ?? '', failed, error ?? '', ...lock];
    const [kind] = texts(await engine.run(endScript, args));
    return kind === 'ended';
  },
  giveBack: async ({ claims, eventId, lane }) =>
    texts(await engine.run(giveBackScript, [Date.now(), lane, eventId, claims])),
});
