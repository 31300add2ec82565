import type { InboxEvent, StoredDelivery } from './inbox.ts';
import { eventFrom, readDelivery, type StoredFields } from './stored-fields.ts';

/** An event that an engine has claimed, with its delivery. */
export interface ClaimedEvent {
  readonly event: InboxEvent;
  readonly delivery: StoredDelivery;
  /**
   * Why it cannot be read, to be kept as the error of its attempt; `undefined` where it can. Then event and delivery hold what can be told
   * all the same: names and times, and no content.
   */
  readonly unreadable: string | undefined;
}

/** Never throws: what nobody can read is a dead letter to be told of, and must not keep other events from being claimed. */
export const claimedFrom = (eventFields: StoredFields, deliveryFields: StoredFields): ClaimedEvent => {
  const { unreadable: unreadableEvent, ...event } = eventFrom(eventFields);
  const { delivery, unreadable: unreadableDelivery } = readDelivery(deliveryFields);
  const unreadable = unreadableEvent ?? unreadableDelivery;
  if (unreadable === undefined) return { event, delivery, unreadable };
  return {
    event: { ...event, payload: undefined, version: undefined, previous: undefined, stale: false, status: 'dead' },
    delivery: {
      id: event.deliveryId,
      source: event.source,
      receivedAt: delivery.receivedAt,
      address: undefined,
      pathToken: undefined,
      query: '',
      headers: [],
      body: new Uint8Array(),
    },
    unreadable,
  };
};
