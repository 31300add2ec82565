import { createRowReader } from '@mediahooks/core/inbox';

export { type Row, toJson } from '@mediahooks/core/inbox';

/** Of rows as node:sqlite gives them. */
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
  text: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined),
});
