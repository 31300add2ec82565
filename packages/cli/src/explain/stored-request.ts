import type { Inbox, InboxDelivery, StoredDelivery } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import { findDelivery } from '../inbox/find-delivery.ts';
import type { CapturedRequest } from './captured-request.ts';

export interface StoredRequest {
  readonly kept: InboxDelivery;
  /** `undefined` where it was not kept whole, so that nothing can be tried again. */
  readonly request: CapturedRequest | undefined;
}

/** A kept delivery as the request it came in. */
export const readStoredRequest = async (inbox: Inbox, id: string): Promise<StoredRequest> => {
  const kept = await findDelivery(inbox, id);
  const stored = await inbox.load(kept.id);
  if (stored === undefined)
    throw new CommandError('not-found', `The delivery ${kept.id} has just gone from the inbox.`);
  return { kept, request: stored.bodyPart === undefined ? requestOf(stored) : undefined };
};

const requestOf = ({
  address,
  body,
  headers,
  pathToken,
  query,
  receivedAt,
  source,
}: StoredDelivery): CapturedRequest => ({
  format: 'inbox',
  method: 'POST',
  target: `${[source, ...(pathToken === undefined ? [] : [pathToken])].map((part) => `/${encodeURIComponent(part)}`).join('')}${query === '' ? '' : `?${query}`}`,
  headerLines: headers,
  body,
  receivedAt,
  notes: [],
  ...(address !== undefined && { address }),
});
