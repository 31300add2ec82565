import { UnreadableDeliveryError } from '../errors.ts';
import { checkAddress, type InTime, readDelivery } from '../receive.ts';
import { type Rejection, rejection } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { Inbox } from './inbox.ts';
import { loadIfWhole } from './load-if-whole.ts';
import { planOf } from './plan.ts';
import { fromStored } from './stored-delivery.ts';

export type ReplayResult =
  /** So many events are in line again. */
  | { readonly kind: 'replayed'; readonly events: number }
  /** Meanwhile the same delivery has come again, as this one: that has its events. */
  | { readonly kind: 'duplicate'; readonly of: string }
  /** The delivery does not pass its guards or its schema (any more), or was not kept whole. Nothing has changed. */
  | { readonly kind: 'refused'; readonly rejection: Rejection }
  /** What is kept of it was damaged: it cannot be verified again, or no event can be put in line. Nothing has changed. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'not-found' };

/**
 * Sends a kept delivery through the pipeline again: guards first, timestamps judged by when it was received, then the schema. Events
 * that were made of it before keep their type: what a stream changed then is not derived again from what is known of it now.
 */
export const createReplay =
  (inbox: Inbox, sources: ReadonlyMap<string, Source>, inTime: InTime) =>
  async (deliveryId: string): Promise<ReplayResult> => {
    const stored = await loadIfWhole(inbox, deliveryId);
    const kept = await inbox.get(deliveryId);
    if (stored === undefined || kept === undefined) return { kind: 'not-found' };
    if (stored instanceof UnreadableDeliveryError) return { kind: 'unreadable', why: stored.message };
    const source = sources.get(stored.source);
    if (source === undefined) {
      const why =
        stored.source === ''
          ? 'Its path names no source, so nothing can verify it.'
          : `There is no source "${stored.source}" (any more).`;
      return { kind: 'refused', rejection: rejection('unknown-source', why) };
    }
    if (stored.bodyPart !== undefined) {
      const what = stored.bodyPart === 'cut' ? 'Only the beginning of its body was kept' : 'Its body was not read';
      return { kind: 'refused', rejection: rejection('body-incomplete', `${what}: it cannot be verified again.`) };
    }
    const sender = stored.address === undefined ? { unknown: 'It was not known.' } : { address: stored.address };
    const refused = await checkAddress(source, sender, inTime);
    if (refused) return { kind: 'refused', rejection: refused };
    const read = await readDelivery(source, fromStored(stored), inTime);
    if (read.kind !== 'valid') return { kind: 'refused', rejection: read.why };
    if (kept.outcome === 'stored') {
      const events = await inbox.requeue(deliveryId);
      const why = events > 0 ? undefined : kept.events.find(({ unreadable }) => unreadable !== undefined)?.unreadable;
      return why === undefined ? { kind: 'replayed', events } : { kind: 'unreadable', why };
    }
    const plan = planOf(source, stored.id, read.drafts);
    // why: the platform may have sent it again since, and that may have passed. Of a delivery that is a duplicate already, events are
    // made because somebody asks for just that.
    const keys = kept.outcome === 'duplicate' ? [] : read.keys;
    const keysExpireAt = stored.receivedAt + (source.dedupeWindowMs ?? 0);
    const result = await inbox.release({ delivery: stored, keys, heldKeys: keys, keysExpireAt, ...plan });
    if (result.kind === 'stored') return { kind: 'replayed', events: result.events.length };
    return result.of === stored.id ? { kind: 'replayed', events: 0 } : result;
  };
