import type { Inbox, InboxDelivery } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';

/**
 * A delivery by its id, or by the beginning of it.
 *
 * @throws {CommandError} `not-found`; `usage` where several begin so.
 */
export const findDelivery = async (inbox: Inbox, id: string): Promise<InboxDelivery> => {
  const exact = await inbox.get(id);
  if (exact !== undefined) return exact;
  const { deliveries } = id.length < 4 ? { deliveries: [] } : await inbox.list({ text: id }, { limit: 5 });
  const [found, ...others] = deliveries.filter((delivery) => delivery.id.startsWith(id));
  if (found === undefined) {
    throw new CommandError(
      'not-found',
      `The inbox has no delivery ${JSON.stringify(id)}. mediahooks inbox list shows what it has.`,
    );
  }
  if (others.length === 0) return found;
  const ids = [found, ...others].map((one) => `\n  ${one.id}`).join('');
  throw new CommandError('usage', `Several deliveries begin with ${JSON.stringify(id)}. Say more of it:${ids}`);
};
