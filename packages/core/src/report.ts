import type { Clock } from './clock.ts';
import type { DirectReporter, EventReporter } from './direct.ts';
import type { WebhookEvent } from './event.ts';
import { describeError, errorText, type Logger, steadyLogger, unheard } from './logger.ts';
import type { ObservedDelivery, Observer } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { payloadScrubber } from './redact.ts';
import { createRefusalLog } from './refusal-log.ts';
import type { Rejection } from './rejection.ts';
import type { Source } from './source.ts';

type Scrub = (text: string) => string;

/** Tells the logger and the observer of what happens. The one place where something of a delivery leaves the pipeline. */
export interface Reporter extends EventReporter {
  received(delivery: ObservedDelivery): void;
  rejected(delivery: ObservedDelivery, why: Rejection): void;
  duplicate(delivery: ObservedDelivery): void;
  answered(delivery: ObservedDelivery, outcome: Outcome, durationMs: number): void;
  /** A guard, a provider or an adapter threw. `payload` is what the delivery held, if that was read. */
  broken(delivery: ObservedDelivery, error: unknown, payload?: unknown): void;
  /** For the events of one delivery. */
  direct(delivery: ObservedDelivery): DirectReporter;
  /** Logs what was held back so far. */
  flush(): void;
}

export const createReporter = (
  userLogger: Logger,
  observer: Observer,
  sources: ReadonlyMap<string, Source>,
  scrubSecrets: Scrub,
  clock: Clock,
): Reporter => {
  const logger = steadyLogger(userLogger);

  /** A hook that throws, or rejects, must not change what a delivery becomes. */
  const tell = (hook: () => unknown, delivery: ObservedDelivery, payload?: unknown): void => {
    const failed = (error: unknown): void =>
      logger.error(
        { ...fields(delivery), err: describeError(error, scrubOf(delivery, payload)) },
        'an observe hook failed',
      );
    try {
      const told = hook();
      if (told !== undefined) void Promise.resolve(told).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  const scrubOf = ({ source }: ObservedDelivery, payload?: unknown): Scrub => {
    const names = source === undefined ? [] : (sources.get(source)?.provider.redact ?? []);
    const scrubPayload = payloadScrubber(payload, names);
    return (text) => scrubPayload(scrubSecrets(text));
  };
  const fields = ({ id, source, address }: ObservedDelivery): object => ({ delivery: id, source, address });
  const eventFields = (delivery: ObservedDelivery, event: WebhookEvent): object => ({
    ...fields(delivery),
    event: event.type,
    subject: event.subject,
  });

  const refusals = createRefusalLog({
    clock,
    more: (source, { code, cause }, count) =>
      logger.warn({ source, code, cause, count }, `${count} more deliveries rejected like this`),
  });
  const logsEvents = userLogger.debug !== unheard;

  const reporter: Reporter = {
    received(delivery) {
      if (observer.received) tell(() => observer.received?.(delivery), delivery);
    },
    rejected(delivery, why) {
      const hint = scrubOf(delivery)(why.hint);
      refusals.rejected(delivery.source, why, () =>
        logger.warn({ ...fields(delivery), code: why.code, cause: why.cause, hint }, 'delivery rejected'),
      );
      tell(() => observer.rejected?.(delivery, { ...why, hint }), delivery);
    },
    duplicate(delivery) {
      logger.info(fields(delivery), 'delivery is a duplicate');
      tell(() => observer.duplicate?.(delivery), delivery);
    },
    answered(delivery, outcome, durationMs) {
      if (observer.answered) tell(() => observer.answered?.(delivery, outcome, durationMs), delivery);
    },
    broken(delivery, error, payload) {
      logger.error({ ...fields(delivery), err: describeError(error, scrubOf(delivery, payload)) }, 'receiver failed');
    },
    direct: (delivery) => ({
      handled: (event, durationMs) => reporter.handled(delivery, event, durationMs),
      failed: (event, error, durationMs, attempted) => reporter.failed(delivery, event, error, durationMs, attempted),
      ignored: (event) => reporter.ignored(delivery, event),
      stale: (event) => reporter.stale(delivery, event),
    }),
    handled(delivery, event, durationMs) {
      if (logsEvents) logger.debug({ ...eventFields(delivery, event), durationMs }, 'event handled');
      if (observer.handled) tell(() => observer.handled?.(delivery, event, durationMs), delivery, event.payload);
    },
    failed(delivery, event, error, durationMs, attempted) {
      const scrub = scrubOf(delivery, event.payload);
      const described = describeError(error, scrub);
      const isDead = attempted !== undefined && attempted.retryInMs === undefined;
      logger.error(
        { ...eventFields(delivery, event), durationMs, ...attempted, err: described },
        isDead ? 'event failed for good and is a dead letter' : 'event failed',
      );
      tell(() => observer.failed?.(delivery, event, error, durationMs), delivery, event.payload);
      if (isDead) tell(() => observer.dead?.(delivery, event, error, attempted.attempt), delivery, event.payload);
      return errorText(described);
    },
    ignored(delivery, event) {
      if (logsEvents) logger.debug(eventFields(delivery, event), 'event has no handler');
      if (observer.ignored) tell(() => observer.ignored?.(delivery, event), delivery, event.payload);
    },
    stale(delivery, event) {
      logger.info(eventFields(delivery, event), 'event is stale');
      tell(() => observer.stale?.(delivery, event), delivery, event.payload);
    },
    flush: refusals.flush,
  };
  return reporter;
};
