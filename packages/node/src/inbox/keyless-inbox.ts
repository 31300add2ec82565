import { type Inbox, type InboxEvent, type Rejection, UnreadableDeliveryError } from '@mediahooks/core';
import {
  decryptionFailed,
  failUndecryptable,
  isSealed,
  sealedHeader,
  sealedTextMark,
  UndecryptableDeliveryError,
  withoutContent,
} from './sealed-delivery.ts';

/**
 * An inbox of a process without keys. What others have encrypted in it is never taken for content: it fails and is tried again, and is
 * shown without its content, as where the configured keys are others.
 */
export const keylessInbox = (inbox: Inbox): Inbox => {
  /** Of deliveries with such events: those that are encrypted. Its events alone do not say so. */
  const sealedAmong = async (events: readonly InboxEvent[]): Promise<ReadonlySet<string>> => {
    const sealed = new Set<string>();
    // why first: what no payload hints at is not asked for, so that lists cost no more where nothing is encrypted.
    const asked = new Set(events.filter(maySealed).map(({ deliveryId }) => deliveryId));
    // why one after another: each comes with its whole body.
    for (const id of asked) if (await isKeptSealed(id)) sealed.add(id);
    return sealed;
  };

  const isKeptSealed = async (deliveryId: string): Promise<boolean> => {
    try {
      const delivery = await inbox.load(deliveryId);
      // why: where it has gone meanwhile, or is damaged, what looks encrypted is hidden rather than shown.
      return delivery === undefined || isSealed(delivery);
    } catch (error) {
      if (error instanceof UnreadableDeliveryError) return true;
      throw error;
    }
  };

  const shown = (events: readonly InboxEvent[], sealed: ReadonlySet<string>): readonly InboxEvent[] =>
    sealed.size === 0
      ? events
      : events.map((event) =>
          sealed.has(event.deliveryId) && maySealed(event)
            ? { unreadable: undecryptable, ...withoutContent(event) }
            : event,
        );

  return {
    ...inbox,
    attach: (reader) =>
      inbox.attach?.({ read: async (delivery) => (isSealed(delivery) ? undefined : reader.read(delivery)) }),
    start: (worker) =>
      inbox.start({
        ...worker,
        abandoned: (event, delivery, attempts, unreadable) =>
          isSealed(delivery)
            ? worker.abandoned?.(withoutContent(event), { ...delivery, headers: [] }, attempts, unreadable)
            : worker.abandoned?.(event, delivery, attempts, unreadable),
        run: async (event, delivery, context) =>
          isSealed(delivery)
            ? failUndecryptable(worker, event, delivery, decryptionFailed(noKeys), context.attempt)
            : worker.run(event, delivery, context),
      }),
    async attempts(eventId) {
      const attempts = await inbox.attempts(eventId);
      return attempts.map((attempt) =>
        isSealedText(attempt.error) ? { ...attempt, error: 'It cannot be decrypted.' } : attempt,
      );
    },
    async list(filter, page) {
      const { cursor, deliveries } = await inbox.list(filter, page);
      const sealed = await sealedAmong(deliveries.flatMap(({ events }) => events));
      return {
        cursor,
        deliveries: deliveries.map((delivery) => ({
          ...delivery,
          rejection: shownRejection(delivery.rejection),
          events: shown(delivery.events, sealed),
        })),
      };
    },
    async events(filter, page) {
      const { cursor, events } = await inbox.events(filter, page);
      return { cursor, events: shown(events, await sealedAmong(events)) };
    },
    async get(deliveryId) {
      const delivery = await inbox.get(deliveryId);
      if (delivery === undefined) return undefined;
      const { events, rejection } = delivery;
      return {
        ...delivery,
        rejection: shownRejection(rejection),
        events: shown(events, await sealedAmong(events)),
      };
    },
    async load(deliveryId) {
      const delivery = await inbox.load(deliveryId);
      if (delivery === undefined || !isSealed(delivery)) return delivery;
      const cause = decryptionFailed(noKeys);
      throw new UndecryptableDeliveryError(cause.message, { cause });
    },
  };
};

/** Whether something of it has the form of what is encrypted: a platform may send that too. */
const maySealed = ({ payload, previous }: InboxEvent): boolean => hasMark(payload) || hasMark(previous);

const hasMark = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, sealedHeader);

const isSealedText = (text: string | undefined): boolean => text?.startsWith(sealedTextMark) === true;

const shownRejection = (rejection: Rejection | undefined): Rejection | undefined =>
  rejection !== undefined && isSealedText(rejection.hint) ? { ...rejection, hint: undecryptable } : rejection;

const noKeys = 'The inbox is encrypted, and this process has no "encryption" configured.';
const undecryptable =
  'It cannot be decrypted: the inbox is encrypted, and this process has no "encryption" configured.';
