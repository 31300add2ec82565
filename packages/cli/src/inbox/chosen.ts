import type { Inbox, InboxFilter } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import { findDelivery } from './find-delivery.ts';
import { type FilterOptions, filterOf } from './inbox-options.ts';

/** So many deliveries are read at a time. */
const pageSize = 100;

/**
 * Ids of the deliveries that were named, or, where none was, of all that the filter lets through.
 *
 * @throws {CommandError} `usage` where there is neither; `not-found`
 */
export const chosenIds = async (
  inbox: Inbox,
  ids: readonly string[],
  options: FilterOptions,
  now: number,
): Promise<readonly string[]> => {
  const filter = filterOf(options, now);
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length > 0 && isFiltered) throw new CommandError('usage', 'Name deliveries or give a filter, not both.');
  if (ids.length === 0 && !isFiltered) {
    throw new CommandError('usage', 'Say which: ids of deliveries, or a filter like --status dead or --source ignite.');
  }
  const found: string[] = [];
  for (const id of ids) found.push((await findDelivery(inbox, id)).id);
  return ids.length > 0 ? found : allIds(inbox, filter);
};

const allIds = async (inbox: Inbox, filter: InboxFilter): Promise<readonly string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await inbox.list(filter, { limit: pageSize, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.deliveries.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
};
