import type { Clock } from '../clock.ts';
import { LeaseLostError, UnreadableEventError } from '../errors.ts';
import type { EventDelivery } from '../event.ts';
import type { HandlerContext, HandlerRegistry } from '../handlers.ts';
import { headersFromEntries } from '../headers.ts';
import type { Reporter } from '../report.ts';
import type { Source } from '../source.ts';
import { eventOf } from './event-of.ts';
import type { InboxEvent, InboxWorker, JobResult, StoredDelivery } from './inbox.ts';
import type { RetryDelay } from './retry.ts';
import type { RunInTime } from './run-in-time.ts';
import { fromStored } from './stored-delivery.ts';

export interface WorkerOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly handlers: HandlerRegistry;
  readonly runHandlers: RunInTime;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly retryDelayMs: RetryDelay;
  /** Whether the receiver is being stopped. */
  readonly isStopping: () => boolean;
}

/** Hands events out of an inbox to their handlers. */
export const createWorker = ({
  clock,
  handlers,
  isStopping,
  report,
  retryDelayMs,
  runHandlers,
  sources,
}: WorkerOptions): InboxWorker => {
  const reporterOf = ({ address, id, receivedAt, source }: StoredDelivery) =>
    report.direct({ id, source, address, receivedAt: new Date(receivedAt) });

  const attempt = async (
    kept: InboxEvent,
    stored: StoredDelivery,
    source: Source,
    context: HandlerContext,
  ): Promise<JobResult> => {
    const event = eventOf(kept, source.describe(fromStored(stored)));
    const reporter = reporterOf(stored);
    const startedAt = clock.now();
    const result = await runHandlers(handlers.for(event.source, event.type), event, context);
    const durationMs = clock.now() - startedAt;
    if (result.kind === 'failed') {
      const { aborted } = context.signal;
      // why: what was aborted by a stop has not failed for good, whichever attempt it was, and engines put it back in line at once.
      const retryInMs = aborted && isStopping() ? 0 : retryDelayMs(context.attempt, result.error, aborted);
      const error = reporter.failed(event, result.error, durationMs, { attempt: context.attempt, retryInMs });
      return { kind: 'failed', error, retryInMs };
    }
    if (result.kind === 'ignored') reporter.ignored(event);
    else reporter.handled(event, durationMs);
    return { kind: result.kind };
  };

  const describe = (stored: StoredDelivery): EventDelivery => {
    try {
      return sources.get(stored.source)?.describe(fromStored(stored)) ?? bareDelivery(stored);
    } catch {
      // why: the provider broke its contract, and must not keep anybody from being told.
      return bareDelivery(stored);
    }
  };

  const unreadable: NonNullable<InboxWorker['unreadable']> = (kept, stored, error, attempted) => {
    // why: not given up for good: a process with the whole configuration may come.
    const retryInMs = retryDelayMs(attempted, undefined);
    const event = eventOf(kept, bareDelivery(stored));
    const said = reporterOf(stored).failed(event, error, 0, { attempt: attempted, retryInMs });
    return { kind: 'failed', error: said, retryInMs };
  };

  return {
    async run(kept, stored, context) {
      const source = sources.get(kept.source);
      if (source === undefined) {
        const error = new Error(`This receiver has no source "${kept.source}" (any more).`);
        return unreadable(kept, stored, error, context.attempt);
      }
      try {
        return await attempt(kept, stored, source, context);
      } catch (error) {
        // why: the provider broke its contract. No rejection may reach the inbox.
        return unreadable(kept, stored, error, context.attempt);
      }
    },
    unreadable,
    abandoned(kept, stored, attempts, unreadable) {
      const error =
        unreadable === undefined
          ? new LeaseLostError(
              `Nobody finished attempt ${attempts}, which was the last: its process died, or its lease ran out. Replay the delivery to try again.`,
            )
          : new UnreadableEventError(unreadable);
      reporterOf(stored).failed(eventOf(kept, describe(stored)), error, 0, { attempt: attempts, retryInMs: undefined });
    },
    retryDelayMs: (attempted) => retryDelayMs(attempted, undefined),
  };
};

/** Without headers and query: which of them are credentials, only its source knows. */
const bareDelivery = ({ address, body, id, receivedAt, source }: StoredDelivery): EventDelivery => ({
  id,
  source,
  receivedAt: new Date(receivedAt),
  headers: headersFromEntries([]),
  query: new URLSearchParams(),
  body,
  ...(address !== undefined && { address }),
});
