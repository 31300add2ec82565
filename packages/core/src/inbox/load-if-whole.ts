import { UnreadableDeliveryError } from '../errors.ts';
import type { Inbox, StoredDelivery } from './inbox.ts';

/** The whole delivery, or why it cannot be had whole: that is no reason to show nothing of it. */
export const loadIfWhole = (
  inbox: Inbox,
  deliveryId: string,
): Promise<StoredDelivery | UnreadableDeliveryError | undefined> =>
  inbox.load(deliveryId).catch((error: unknown) => {
    if (error instanceof UnreadableDeliveryError) return error;
    throw error;
  });
