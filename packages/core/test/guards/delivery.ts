import { type Delivery, headersFromRaw } from '@mediahooks/core';

/** A delivery to show to a guard. */
export const delivery = (
  rawHeaders: readonly string[],
  body: string | Uint8Array = '',
  exchanged: Partial<Delivery> = {},
): Delivery => ({
  id: '1',
  source: 'platform',
  headers: headersFromRaw(rawHeaders),
  query: new URLSearchParams(),
  pathToken: undefined,
  address: undefined,
  receivedAt: 0,
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  ...exchanged,
});
