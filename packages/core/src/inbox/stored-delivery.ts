import type { Delivery } from '../delivery.ts';
import { headersFromEntries } from '../headers.ts';
import type { Source } from '../source.ts';
import type { StoredDelivery } from './inbox.ts';

/** What is kept of a delivery: all of it, but credentials that none of its source's guards reads. */
export const toStored = (delivery: Delivery, query: string, source: Source): StoredDelivery => ({
  id: delivery.id,
  source: delivery.source,
  receivedAt: delivery.receivedAt,
  address: delivery.address,
  pathToken: delivery.pathToken,
  query,
  headers: [...delivery.headers.entries()].filter(([name]) => !source.needlessHeaders.has(name)),
  body: delivery.body,
});

export const fromStored = (stored: StoredDelivery): Delivery => ({
  id: stored.id,
  source: stored.source,
  headers: headersFromEntries(stored.headers),
  query: new URLSearchParams(stored.query),
  pathToken: stored.pathToken,
  address: stored.address,
  receivedAt: stored.receivedAt,
  body: stored.body,
});
