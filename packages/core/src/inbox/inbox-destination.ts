import type { Clock } from '../clock.ts';
import type { Destination, ReadDelivery } from '../destination.ts';
import { recognitionOf } from '../duplicate-keys.ts';
import { InboxUnavailableError } from '../errors.ts';
import type { HandlerRegistry } from '../handlers.ts';
import type { Outcome } from '../outcome.ts';
import { type Rejection, rejection } from '../rejection.ts';
import type { Reporter } from '../report.ts';
import { eventOf } from './event-of.ts';
import type { Acceptance, Inbox } from './inbox.ts';
import { planOf } from './plan.ts';
import { toStored } from './stored-delivery.ts';

export interface InboxDestinationOptions {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly handlers: HandlerRegistry;
  /** Called when events were stored that handlers are to have. */
  readonly stored: () => void;
}

/** So long a sender waits for the inbox; then it is answered 503, whatever becomes of the write. */
const answerWithinMs = 4500;
const retryAfterSeconds = 10;

/** Keeps deliveries on disk before they are answered. */
export const createInboxDestination = (options: InboxDestinationOptions): Destination => {
  const { clock, handlers, inbox, report } = options;
  /** Resolves with what was stored, or with why nothing was. */
  const store = async <Result>(write: Promise<Result>): Promise<{ result: Result } | { refused: Rejection }> => {
    let cancel = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = clock.after(answerWithinMs, () => resolve(undefined));
    });
    try {
      const result = await Promise.race([write.then((value) => ({ value })), late]);
      if (result !== undefined) return { result: result.value };
      return { refused: unavailable(`The inbox did not answer within ${answerWithinMs} ms.`) };
    } catch (error) {
      // why: anything else is a mistake of a provider or an engine, and told with its stack.
      if (!(error instanceof InboxUnavailableError)) throw error;
      return { refused: unavailable(error.message) };
    } finally {
      cancel();
    }
  };

  const acceptanceOf = (read: ReadDelivery): Acceptance => {
    const { delivery, drafts, incoming, source } = read;
    return {
      delivery: toStored(delivery, incoming.query, source),
      // why: a process without handlers leaves them to others, and cannot know what those take.
      ...recognitionOf(read, (type) => handlers.size === 0 || handlers.for(source.name, type).length > 0),
      keysExpireAt: delivery.receivedAt + (source.dedupeWindowMs ?? 0),
      ...planOf(source, delivery.id, drafts),
    };
  };

  return {
    async take(read) {
      const { delivery, observed, source } = read;
      const base = { deliveryId: delivery.id, source: source.name, events: [] };
      const stored = await store(inbox.accept(acceptanceOf(read)));
      if ('refused' in stored) return { ...base, kind: 'rejected', rejection: stored.refused };
      const { result } = stored;
      if (result.kind === 'duplicate') {
        report.duplicate(observed);
        return { ...base, kind: 'duplicate' };
      }
      const described = source.describe(delivery);
      const reporter = report.direct(observed);
      const events = result.events.map((planned) => {
        const event = eventOf(planned, described);
        if (planned.stale) reporter.stale(event);
        return event;
      });
      const isStale = events.length > 0 && result.events.every(({ stale }) => stale);
      if (!isStale && events.length > 0) options.stored();
      return { ...base, events, kind: isStale ? 'stale' : 'stored' };
    },
    async takeInvalid({ delivery, incoming, source }, why): Promise<Outcome> {
      const base = { deliveryId: delivery.id, source: source.name, events: [] };
      const stored = await store(inbox.keep(toStored(delivery, incoming.query, source), 'quarantined', why));
      if ('refused' in stored) return { ...base, kind: 'rejected', rejection: stored.refused };
      return { ...base, kind: 'quarantined', rejection: why };
    },
  };
};

const unavailable = (hint: string): Rejection => rejection('inbox-unavailable', hint, retryAfterSeconds);
