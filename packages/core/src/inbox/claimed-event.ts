import type { InboxEvent, StoredDelivery } from './inbox.ts';
import { deliveryFrom, eventFrom, type StoredFields } from './stored-fields.ts';

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
export const claimedFrom = (event: StoredFields, delivery: StoredFields): ClaimedEvent => {
  try {
    return { event: eventFrom(event), delivery: deliveryFrom(delivery), unreadable: undefined };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...remainsOf(event, delivery), unreadable: `It cannot be read: ${why}` };
  }
};

const remainsOf = (event: StoredFields, delivery: StoredFields): Pick<ClaimedEvent, 'delivery' | 'event'> => {
  const text = (name: string): string => orElse(() => event.text(name), '');
  const number = (fields: StoredFields, name: string): number => orElse(() => fields.number(name), 0);
  const source = text('source');
  const subject = text('subject');
  const deliveryId = text('deliveryId');
  return {
    event: {
      id: text('id'),
      deliveryId,
      source,
      type: text('type'),
      name: text('name'),
      payload: undefined,
      subject: source !== '' && subject.startsWith(`${source} `) ? subject : undefined,
      version: undefined,
      previous: undefined,
      stale: false,
      status: 'dead',
      attempts: number(event, 'attempts'),
      runAt: number(event, 'runAt'),
    },
    delivery: {
      id: deliveryId,
      source,
      receivedAt: number(delivery, 'receivedAt'),
      address: undefined,
      pathToken: undefined,
      query: '',
      headers: [],
      body: new Uint8Array(),
    },
  };
};

const orElse = <Value>(read: () => Value | undefined, otherwise: Value): Value => {
  try {
    return read() ?? otherwise;
  } catch {
    return otherwise;
  }
};
