import type { DirectReporter } from './direct.ts';
import type { WebhookEvent } from './event.ts';
import { describeError, type Logger } from './logger.ts';
import type { ObservedDelivery, Observer } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { redactedStrings } from './redact.ts';
import type { Rejection } from './rejection.ts';
import type { Source } from './source.ts';

/** Tells the logger and the observer of what happens. The one place where something of a delivery leaves the pipeline. */
export interface Reporter {
  received(delivery: ObservedDelivery): void;
  rejected(delivery: ObservedDelivery, why: Rejection, source: Source | undefined): void;
  duplicate(delivery: ObservedDelivery): void;
  answered(delivery: ObservedDelivery, outcome: Outcome, durationMs: number): void;
  /** A guard, a provider or an adapter threw. */
  broken(delivery: ObservedDelivery, error: unknown, source: Source | undefined): void;
  direct(delivery: ObservedDelivery, source: Source): DirectReporter;
}

export const createReporter = (logger: Logger, observer: Observer): Reporter => {
  /** A hook that throws must not change what a delivery becomes. */
  const tell = (hook: () => void): void => {
    try {
      hook();
    } catch (error) {
      logger.error({ err: describeError(error, (text) => text) }, 'an observe hook failed');
    }
  };
  const fields = ({ id, source, address }: ObservedDelivery): object => ({ delivery: id, source, address });
  const eventFields = (delivery: ObservedDelivery, event: WebhookEvent): object => ({
    ...fields(delivery),
    event: event.type,
    subject: event.subject,
  });

  return {
    received: (delivery) => tell(() => observer.received?.(delivery)),
    rejected(delivery, why, source) {
      const hint = source?.scrub(why.hint) ?? why.hint;
      logger.warn({ ...fields(delivery), code: why.code, hint }, 'delivery rejected');
      tell(() => observer.rejected?.(delivery, { ...why, hint }));
    },
    duplicate(delivery) {
      logger.info(fields(delivery), 'delivery is a duplicate');
      tell(() => observer.duplicate?.(delivery));
    },
    answered: (delivery, outcome, durationMs) => tell(() => observer.answered?.(delivery, outcome, durationMs)),
    broken(delivery, error, source) {
      logger.error(
        { ...fields(delivery), err: describeError(error, source?.scrub ?? ((text) => text)) },
        'receiver failed',
      );
    },
    direct: (delivery, source) => ({
      handled(event, durationMs) {
        logger.debug({ ...eventFields(delivery, event), durationMs }, 'event handled');
        tell(() => observer.handled?.(delivery, event, durationMs));
      },
      failed(event, error, durationMs) {
        const secrets = redactedStrings(event.payload, source.provider.redact);
        const scrub = (text: string): string =>
          secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), source.scrub(text));
        logger.error({ ...eventFields(delivery, event), durationMs, err: describeError(error, scrub) }, 'event failed');
        tell(() => observer.failed?.(delivery, event, error, durationMs));
        return scrub(error instanceof Error ? (error.stack ?? String(error)) : String(error));
      },
      ignored(event) {
        logger.debug(eventFields(delivery, event), 'event has no handler');
        tell(() => observer.ignored?.(delivery, event));
      },
      stale(event) {
        logger.info(eventFields(delivery, event), 'event is stale');
        tell(() => observer.stale?.(delivery, event));
      },
    }),
  };
};
