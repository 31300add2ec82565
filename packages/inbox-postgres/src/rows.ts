import { createRowReader } from '@mediahooks/core/inbox';
import { decodeText } from './text.ts';

export { type Row, toJson } from '@mediahooks/core/inbox';

/**
 * Of rows as node-postgres gives them.
 *
 * JSON is kept as text, not as `json` or `jsonb`: jsonb refuses `\u0000`, and an application may have set a parser of its own for either.
 */
export const {
  attempt: attemptFromRow,
  claimed: claimedFromRows,
  delivery: deliveryFromRow,
  event: eventFromRow,
  inboxDelivery: inboxDeliveryFromRow,
  json,
  number,
  optionalNumber,
  optionalText,
  outcome,
  text,
  version,
} = createRowReader({
  text: (value) => (typeof value === 'string' ? decodeText(value) : undefined),
  number(value) {
    // why: node-postgres gives bigint as a string, unless the application has set another parser for it.
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    return Number(value);
  },
});

/** Columns of an event, of a join of events and deliveries. */
export const eventColumns =
  'events.seq, events.id, deliveries.id AS delivery_id, events.source, type, name, payload, subject, version, previous, status, attempts, run_at';
