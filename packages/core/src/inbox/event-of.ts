import type { EventDelivery, WebhookEvent } from '../event.ts';
import type { PlannedEvent } from './inbox.ts';

/** A kept event as handlers and observers get it. */
export const eventOf = (kept: PlannedEvent, delivery: EventDelivery): WebhookEvent => ({
  id: kept.id,
  source: kept.source,
  type: kept.type,
  name: kept.name,
  payload: kept.payload,
  delivery,
  ...(kept.subject !== undefined && { subject: kept.subject.slice(kept.source.length + 1) }),
  ...(kept.version !== undefined && { version: kept.version }),
  ...(kept.previous !== undefined && { previous: kept.previous }),
});
