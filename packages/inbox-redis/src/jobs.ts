import type { InboxEvent, StoredDelivery } from '@mediahooks/core';
import type { Engine } from './engine.ts';
import { deliveryFrom, eventFrom } from './records.ts';
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
export interface Claimed {
  readonly lane: string;
  readonly eventId: string;
  /** How often it has been taken, ever: says whether it still is this process's. */
  readonly claims: string;
  readonly event: InboxEvent;
  readonly delivery: StoredDelivery;
}

export type Claim =
  | { readonly kind: 'over' }
  | { readonly kind: 'later'; readonly runAt: number }
  /** A process has taken it and lost its lock since. */
  | {
      readonly kind: 'lost';
      readonly eventId: string;
      readonly attempts: number;
      readonly claims: string;
      /** Throws where it cannot be read. */
      readonly read: () => Pick<Claimed, 'delivery' | 'event'>;
    }
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
  /** Gives `false`, and changes nothing, where another has taken the event since. */
  end(claimed: Pick<Claimed, 'claims' | 'eventId' | 'lane'>, ending: Ending): Promise<boolean>;
  /** Gives the jobs that were made. */
  giveBack(claimed: Claimed): Promise<string[]>;
}

export const createJobs = (engine: Engine): Jobs => ({
  async claim({ job, lane, lockKey, token }, lost = '') {
    const reply = list(await engine.run(claimScript, [Date.now(), lane, job, lockKey, token, lost]));
    const [kind, first, second, third, fourth, fifth] = reply;
    switch (text(kind)) {
      case 'claimed': {
        const eventId = text(first);
        return { kind: 'claimed', lane, eventId, claims: text(second), ...readBoth(eventId, third, fourth) };
      }
      case 'lost': {
        const eventId = text(first);
        const read = () => readBoth(eventId, fourth, fifth);
        return { kind: 'lost', eventId, attempts: Number(text(second)), claims: text(third), read };
      }
      case 'later':
        return { kind: 'later', runAt: Number(text(first)) };
      default:
        return { kind: 'over' };
    }
  },
  async end({ claims, eventId, lane }, { endedAt, error, runAt, status }) {
    const failed = error === undefined ? '0' : '1';
    const args = [lane, eventId, claims, status, runAt, endedAt ?? '', failed, error ?? ''];
    const [kind] = texts(await engine.run(endScript, args));
    return kind === 'ended';
  },
  giveBack: async ({ claims, eventId, lane }) =>
    texts(await engine.run(giveBackScript, [Date.now(), lane, eventId, claims])),
});

const readBoth = (eventId: string, fields: unknown, deliveryFields: unknown): Pick<Claimed, 'delivery' | 'event'> => {
  const event = eventFrom(eventId, fieldsFrom(fields));
  return { event, delivery: deliveryFrom(event.deliveryId, fieldsFrom(deliveryFields)) };
};
