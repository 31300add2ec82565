import { checkAddress, type InTime, readDelivery } from '../receive.ts';
import { type Rejection, rejection } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { Inbox } from './inbox.ts';
import { planOf } from './plan.ts';
import { fromStored } from './stored-delivery.ts';

export type ReplayResult =
  /** So many events are in line again. */
  | { readonly kind: 'replayed'; readonly events: number }
  /** The delivery does not pass its guards or its schema (any more). Nothing has changed. */
  | { readonly kind: 'refused'; readonly rejection: Rejection }
  | { readonly kind: 'not-found' };

/**
 * Sends a kept delivery through the pipeline again: guards first, timestamps judged by when it was received, then the schema. Events
 * that were made of it before keep their type: what a stream changed then is not derived again from what is known of it now.
 */
export const createReplay =
  (inbox: Inbox, sources: ReadonlyMap<string, Source>, inTime: InTime) =>
  async (deliveryId: string): Promise<ReplayResult> => {
    const stored = await inbox.load(deliveryId);
    const kept = await inbox.get(deliveryId);
    if (stored === undefined || kept === undefined) return { kind: 'not-found' };
    const source = sources.get(stored.source);
    if (source === undefined) {
      return {
        kind: 'refused',
        rejection: rejection('unknown-source', `There is no source "${stored.source}" (any more).`),
      };
    }
    const sender = stored.address === undefined ? { unknown: 'It was not known.' } : { address: stored.address };
    const refused = await checkAddress(source, sender, inTime);
    if (refused) return { kind: 'refused', rejection: refused };
    const read = await readDelivery(source, fromStored(stored), inTime);
    if (read.kind !== 'valid') return { kind: 'refused', rejection: read.why };
    if (kept.outcome === 'stored') return { kind: 'replayed', events: await inbox.requeue(deliveryId) };
    const plan = planOf(source, stored.id, read.drafts);
    const result = await inbox.release({ delivery: stored, keys: [], heldKeys: [], keysExpireAt: 0, ...plan });
    return { kind: 'replayed', events: result.kind === 'stored' ? result.events.length : 0 };
  };
