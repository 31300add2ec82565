import type { Inbox, InboxDelivery, InboxPage } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';

/** So many are looked at to say how much of an id is enough; of so many, the ids are listed. */
const maxCompared = 100;
const maxListed = 5;
/** What the inbox finds a delivery by, at least. */
const minLength = 4;

/**
 * A delivery by its id, or by the beginning of it.
 *
 * @throws {CommandError} `not-found`; `usage` where several begin so.
 */
export const findDelivery = async (inbox: Inbox, id: string): Promise<InboxDelivery> => {
  const exact = await inbox.get(id);
  if (exact !== undefined) return exact;
  const { deliveries: alike, cursor } =
    id.length < minLength ? { deliveries: [], cursor: undefined } : await findAlike(inbox, id);
  const [found, ...others] = alike;
  if (found === undefined) {
    const tooShort = id.length < minLength ? ` An id may be shortened to ${minLength} characters, not to fewer.` : '';
    throw new CommandError(
      'not-found',
      `The inbox has no delivery ${JSON.stringify(id)}. mediahooks inbox list shows what it has.${tooShort}`,
    );
  }
  if (others.length === 0) return found;
  const ids = alike.map((one) => one.id);
  const enough = cursor === undefined ? `${lengthToTellApart(ids)} characters tell them apart` : 'Say more of it';
  const more = cursor === undefined ? `${ids.length - maxListed} more` : 'more';
  const listed = ids.slice(0, maxListed).map((one) => `\n  ${one}`);
  const rest = ids.length > maxListed ? `\n  and ${more}` : '';
  throw new CommandError(
    'usage',
    `Several deliveries begin with ${JSON.stringify(id)}. ${enough}:${listed.join('')}${rest}`,
  );
};

/** Deliveries whose ids begin so; with a cursor, where there may be more. */
const findAlike = async (inbox: Inbox, id: string): Promise<InboxPage> => {
  const alike: InboxDelivery[] = [];
  let cursor: string | undefined;
  // why page by page: the text may be a subject, too, with more deliveries than fit into one.
  do {
    const page = await inbox.list({ text: id }, { limit: maxCompared, ...(cursor !== undefined && { cursor }) });
    alike.push(...page.deliveries.filter((delivery) => delivery.id.startsWith(id)));
    cursor = page.cursor;
  } while (cursor !== undefined && alike.length < maxCompared);
  return { deliveries: alike, cursor };
};

const lengthToTellApart = (ids: readonly string[]): number => {
  const sorted = [...ids].sort();
  const shared = sorted.slice(1).map((id, index) => {
    const before = sorted[index] ?? '';
    let length = 0;
    while (length < id.length && id[length] === before[length]) length += 1;
    return length;
  });
  return Math.max(...shared) + 1;
};
