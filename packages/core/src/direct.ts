import type { Clock } from './clock.ts';
import { isThenable, type MaybePromise } from './crypto/types.ts';
import type { Deadline } from './deadline.ts';
import type { DirectMemory, MemoryOf } from './direct-memory.ts';
import type { WebhookEvent } from './event.ts';
import { type HandlerContext, type HandlerRegistry, type HandlersResult, runHandlers } from './handlers.ts';
import type { ObservedDelivery } from './observe.ts';
import type { Source } from './source.ts';

export type EventResult = 'failed' | 'handled' | 'ignored' | 'stale';

/** What an inbox knows of a failure. */
export interface Attempted {
  /** 1 for the first. */
  readonly attempt: number;
  /** `undefined` where it was the last: the event is a dead letter. */
  readonly retryInMs: number | undefined;
}

/** Told of each event of a delivery as it is done with. */
export interface EventReporter {
  handled(delivery: ObservedDelivery, event: WebhookEvent, durationMs: number): void;
  /** Gives the error as a text that may be kept and shown. */
  failed(
    delivery: ObservedDelivery,
    event: WebhookEvent,
    error: unknown,
    durationMs: number,
    attempted?: Attempted,
  ): string;
  ignored(delivery: ObservedDelivery, event: WebhookEvent): void;
  stale(delivery: ObservedDelivery, event: WebhookEvent): void;
}

/** The same for one delivery. */
export interface DirectReporter {
  handled(event: WebhookEvent, durationMs: number): void;
  failed(event: WebhookEvent, error: unknown, durationMs: number, attempted?: Attempted): string;
  ignored(event: WebhookEvent): void;
  stale(event: WebhookEvent): void;
}

export interface DirectDispatch {
  /**
   * Runs the handlers of a delivery's events, in order. All events are tried even where one fails: the platform may never send
   * again. `deadline` bounds how long the next delivery of a subject waits for this one.
   */
  run(
    source: Source,
    events: readonly WebhookEvent[],
    observed: ObservedDelivery,
    deadline: Deadline,
  ): MaybePromise<readonly EventResult[]>;
}

export interface DirectDispatchOptions {
  readonly handlers: HandlerRegistry;
  readonly memoryOf: MemoryOf;
  readonly clock: Clock;
  readonly report: EventReporter;
  readonly signal: AbortSignal;
}

export const createDirectDispatch = ({
  handlers,
  memoryOf,
  clock,
  report,
  signal,
}: DirectDispatchOptions): DirectDispatch => {
  const turns = new Map<string, Promise<unknown>>();
  const context: HandlerContext = { signal, attempt: 1 };

  /**
   * Events of one subject one after another; those of other subjects, and without one, beside them. `after` is what the event waits
   * for besides. The turn is taken at once, so that nothing that arrives later comes first; what is done at once needs none.
   */
  const handleInTurn = (
    source: Source,
    event: WebhookEvent,
    observed: ObservedDelivery,
    after: Promise<unknown> | undefined,
    deadline: Deadline,
  ): MaybePromise<EventResult> => {
    const before = event.subject === undefined || turns.size === 0 ? undefined : turns.get(subjectKey(event));
    const work =
      before === undefined && after === undefined
        ? handle(source, event, observed)
        : Promise.all([before, after]).then(() => handle(source, event, observed));
    if (event.subject === undefined || !isThenable(work)) return work;
    const subject = subjectKey(event);
    const turn = Promise.race([work.catch(() => undefined), deadline.passed()]).finally(() => {
      if (turns.get(subject) === turn) turns.delete(subject);
    });
    turns.set(subject, turn);
    return work;
  };

  const handle = (source: Source, event: WebhookEvent, observed: ObservedDelivery): MaybePromise<EventResult> => {
    const { subject, version } = event;
    const memory = memoryOf(source.name);
    if (
      subject !== undefined &&
      version !== undefined &&
      source.provider.options.stale !== 'deliver' &&
      memory.isStale(subject, version)
    ) {
      report.stale(observed, event);
      return 'stale';
    }
    const startedAt = clock.now();
    const ran = runHandlers(handlers.for(event.source, event.type), event, context);
    return isThenable(ran)
      ? ran.then((result) => finish(event, observed, memory, result, startedAt))
      : finish(event, observed, memory, ran, startedAt);
  };

  const finish = (
    event: WebhookEvent,
    observed: ObservedDelivery,
    memory: DirectMemory,
    result: HandlersResult,
    startedAt: number,
  ): EventResult => {
    if (result.kind === 'failed') {
      report.failed(observed, event, result.error, clock.now() - startedAt);
      return 'failed';
    }
    // why: only now, so that a version whose handler failed does not make an older one stale that could still be handled.
    if (event.subject !== undefined && event.version !== undefined) memory.setVersion(event.subject, event.version);
    if (result.kind === 'ignored') {
      report.ignored(observed, event);
      return 'ignored';
    }
    report.handled(observed, event, clock.now() - startedAt);
    return 'handled';
  };

  return {
    run(source, events, observed, deadline) {
      let before: Promise<unknown> | undefined;
      const done: EventResult[] = [];
      /** All of them in order, from the first on that has to be waited for. */
      let results: MaybePromise<EventResult>[] | undefined;
      for (const event of events) {
        const result = handleInTurn(source, event, observed, before, deadline);
        if (isThenable(result)) {
          before = result.catch(() => undefined);
          results ??= [...done];
        } else done.push(result);
        results?.push(result);
      }
      return results === undefined ? done : Promise.all(results);
    },
  };
};

/** A subject's name among all sources. */
const subjectKey = ({ source, subject = '' }: WebhookEvent): string => `${source} ${subject}`;
