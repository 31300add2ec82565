import type { Clock } from '../clock.ts';
import type { WebhookEvent } from '../event.ts';
import { type HandlerRegistry, runHandlers } from '../handlers.ts';
import type { Reporter } from '../report.ts';
import type { Source } from '../source.ts';
import type { InboxEvent, InboxWorker, StoredDelivery } from './inbox.ts';
import { fromStored } from './stored-delivery.ts';

export interface WorkerOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly handlers: HandlerRegistry;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly retryDelayMs: (attempt: number, error: unknown) => number | undefined;
}

/** Hands events out of an inbox to their handlers. */
export const createWorker = ({ clock, handlers, report, retryDelayMs, sources }: WorkerOptions): InboxWorker => ({
  async run(kept, delivery, context) {
    const source = sources.get(kept.source);
    if (source === undefined) {
      // why: not given up: a process with the whole configuration may come.
      const error = `This receiver has no source "${kept.source}" (any more).`;
      return { kind: 'failed', error, retryInMs: retryDelayMs(context.attempt, undefined) };
    }
    const event = toEvent(kept, delivery, source);
    const receivedAt = new Date(delivery.receivedAt);
    const reporter = report.direct({ id: delivery.id, source: source.name, address: delivery.address, receivedAt });
    const startedAt = clock.now();
    const result = await runHandlers(handlers.for(event.source, event.type), event, context);
    const durationMs = clock.now() - startedAt;
    if (result.kind === 'failed') {
      const error = reporter.failed(event, result.error, durationMs);
      return { kind: 'failed', error, retryInMs: retryDelayMs(context.attempt, result.error) };
    }
    if (result.kind === 'ignored') reporter.ignored(event);
    else reporter.handled(event, durationMs);
    return { kind: result.kind };
  },
  retryDelayMs: (attempt) => retryDelayMs(attempt, undefined),
});

const toEvent = (kept: InboxEvent, delivery: StoredDelivery, source: Source): WebhookEvent => ({
  id: kept.id,
  source: kept.source,
  type: kept.type,
  name: kept.name,
  payload: kept.payload,
  delivery: source.describe(fromStored(delivery)),
  ...(kept.subject !== undefined && { subject: kept.subject.slice(kept.source.length + 1) }),
  ...(kept.version !== undefined && { version: kept.version }),
  ...(kept.previous !== undefined && { previous: kept.previous }),
});
