import type { InboxDelivery, InboxEvent, InspectedDelivery } from '@mediahooks/core';

const iso = (ms: number): string => new Date(ms).toISOString();

/** An event without its payload. */
const shownEvent = ({ attempts, id, name, runAt, status, subject, type, unreadable, version }: InboxEvent) => ({
  id,
  type,
  name,
  status,
  attempts,
  subject: subject ?? null,
  version: version ?? null,
  runAt: status === 'pending' || status === 'waiting' ? iso(runAt) : null,
  unreadable: unreadable ?? null,
});

/** A delivery as `list` shows it: nothing of its content. */
export const shownInList = (delivery: InboxDelivery) => ({
  id: delivery.id,
  source: delivery.source,
  receivedAt: iso(delivery.receivedAt),
  address: delivery.address ?? null,
  outcome: delivery.outcome,
  duplicateOf: delivery.duplicateOf ?? null,
  rejection:
    delivery.rejection === undefined
      ? null
      : {
          code: delivery.rejection.code,
          cause: delivery.rejection.cause ?? null,
          hint: delivery.rejection.hint,
        },
  unreadable: delivery.unreadable ?? null,
  events: delivery.events.map(shownEvent),
});

export type ShownInList = ReturnType<typeof shownInList>;

/** A delivery as `show` shows it: redacted by the receiver. */
export const shownWhole = (delivery: InspectedDelivery) => ({
  ...shownInList(delivery),
  isConfigured: delivery.isConfigured,
  path: delivery.path,
  query: delivery.query,
  headers: delivery.headers,
  bodyPart: delivery.bodyPart,
  bodyBytes: delivery.bodyBytes,
  payload: delivery.payload ?? null,
  events: delivery.events.map((event) => ({
    ...shownEvent(event),
    payload: event.payload ?? null,
    history: event.history.map(({ endedAt, error, number, startedAt }) => ({
      attempt: number,
      startedAt: iso(startedAt),
      endedAt: endedAt === undefined ? null : iso(endedAt),
      error: error ?? null,
    })),
  })),
  curl: delivery.curl,
});

export type ShownWhole = ReturnType<typeof shownWhole>;
