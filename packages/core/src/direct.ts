import type { Clock } from './clock.ts';
import { isThenable, type MaybePromise, whenReady } from './crypto/types.ts';
import type { Deadline } from './deadline.ts';
import type { MemoryOf } from './direct-memory.ts';
import type { WebhookEvent } from './event.ts';
import { type HandlerContext, type HandlerRegistry, runHandlers } from './handlers.ts';
import type { Source } from './source.ts';

export type EventResult = 'failed' | 'handled' | 'ignored' | 'stale';

/** What an inbox knows of a failure. */
export interface Attempted {
  /** 1 for the first. */
  readonly attempt: number;
  /** `undefined` where it was the last: the event is a dead letter. */
  readonly retryInMs: number | undefined;
}

/** Told of each event as it is done with. */
export interface DirectReporter {
  handled(event: WebhookEvent, durationMs: number): void;
  /** Gives the error as a text that may be kept and shown. */
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
    report: DirectReporter,
    deadline: Deadline,
  ): MaybePromise<readonly EventResult[]>;
}

export interface DirectDispatchOptions {
  readonly handlers: HandlerRegistry;
  readonly memoryOf: MemoryOf;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export const createDirectDispatch = ({ handlers, memoryOf, clock, signal }: DirectDispatchOptions): DirectDispatch => {
  const turns = new Map<string, Promise<unknown>>();
  const context: HandlerContext = { signal, attempt: 1 };

  /**
   * Events of one subject one after another; those of other subjects, and without one, beside them. `after` is what the event waits
   * for besides. The turn is taken at once, so that nothing that arrives later comes first; what is done at once needs none.
   */
  const inTurn = <Result>(
    subject: string | undefined,
    after: Promise<unknown> | undefined,
    deadline: Deadline,
    run: () => MaybePromise<Result>,
  ): MaybePromise<Result> => {
    const before = subject === undefined || turns.size === 0 ? undefined : turns.get(subject);
    const work = before === undefined && after === undefined ? run() : Promise.all([before, after]).then(run);
    if (subject === undefined || !isThenable(work)) return work;
    const turn = Promise.race([work.catch(() => undefined), deadline.passed()]).finally(() => {
      if (turns.get(subject) === turn) turns.delete(subject);
    });
    turns.set(subject, turn);
    return work;
  };

  const handle = (source: Source, event: WebhookEvent, report: DirectReporter): MaybePromise<EventResult> => {
    const versioned = event.subject !== undefined && event.version !== undefined;
    const memory = memoryOf(source.name);
    if (versioned && source.provider.options.stale !== 'deliver' && memory.isStale(event.subject, event.version)) {
      report.stale(event);
      return 'stale';
    }
    const startedAt = clock.now();
    return whenReady(runHandlers(handlers.for(event.source, event.type), event, context), (result) => {
      if (result.kind === 'failed') {
        report.failed(event, result.error, clock.now() - startedAt);
        return 'failed';
      }
      // why: only now, so that a version whose handler failed does not make an older one stale that could still be handled.
      if (versioned) memory.setVersion(event.subject, event.version);
      if (result.kind === 'ignored') {
        report.ignored(event);
        return 'ignored';
      }
      report.handled(event, clock.now() - startedAt);
      return 'handled';
    });
  };

  return {
    run(source, events, report, deadline) {
      let before: Promise<unknown> | undefined;
      const done: EventResult[] = [];
      const results: MaybePromise<EventResult>[] = [];
      for (const event of events) {
        const subject = event.subject === undefined ? undefined : `${source.name} ${event.subject}`;
        const result = inTurn(subject, before, deadline, () => handle(source, event, report));
        if (isThenable(result)) before = result.catch(() => undefined);
        else done.push(result);
        results.push(result);
      }
      return done.length === results.length ? done : Promise.all(results);
    },
  };
};
