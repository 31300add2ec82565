import type { InboxReceiver } from '../receiver.ts';
import { byHand } from './by-hand.ts';
import { ours } from './mediahooks.ts';

/** In the order of the table. */
export const inboxReceivers: readonly InboxReceiver[] = [...ours, ...byHand];

/** @throws {RangeError} for a receiver that does not exist. */
export const inboxReceiverOf = (contestant: string): InboxReceiver => {
  const found = inboxReceivers.find((one) => one.contestant === contestant);
  if (found === undefined) throw new RangeError(`There is no receiver ${contestant}.`);
  return found;
};
