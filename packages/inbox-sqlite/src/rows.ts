import { createRowReader } from '@mediahooks/core/inbox';

export { type Row, toJson } from '@mediahooks/core/inbox';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Of rows as node:sqlite gives them; text may come as its bytes. */
export const {
  attempt: attemptFromRow,
  claimed: claimedFromRows,
  delivery: deliveryFromRow,
  event: eventFromRow,
  inboxDelivery: inboxDeliveryFromRow,
  json,
  number,
  optionalText,
  text,
  version,
} = createRowReader({
  text: (value) =>
    value instanceof Uint8Array ? decoder.decode(value) : typeof value === 'string' ? value : undefined,
  number: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined),
});
