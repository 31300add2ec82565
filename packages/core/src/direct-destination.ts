import type { Clock } from './clock.ts';
import { isThenable, type MaybePromise, whenReady } from './crypto/types.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import type { Delivery } from './delivery.ts';
import type { Destination, PassOn, ReadDelivery } from './destination.ts';
import type { DirectDispatch, EventResult } from './direct.ts';
import { digested, type MemoryOf } from './direct-memory.ts';
import { type Recognition, recognitionOf } from './duplicate-keys.ts';
import type { WebhookEvent } from './event.ts';
import { eventType } from './event-type.ts';
import type { Outcome } from './outcome.ts';
import type { EventDraft, SubjectChange } from './provider.ts';
import { rejection } from './rejection.ts';
import type { Reporter } from './report.ts';
import type { Running } from './running.ts';
import type { Source } from './source.ts';
import type { Writable } from './writable.ts';

export interface DirectDestinationOptions {
  readonly dispatch: DirectDispatch;
  readonly memoryOf: MemoryOf;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly deadlineMs: number;
  /** Counts handlers that outlive the answer too. */
  readonly running: Running;
}

/** Says what became of a delivery that was claimed. */
type Done = (result: EventResult) => void;

interface StateChange {
  readonly subject: string;
  readonly state: unknown;
  readonly previous: unknown;
}

/** Hands deliveries to handlers within the request, or to the route behind the middleware. Remembers in this process only. */
export const createDirectDestination = (options: DirectDestinationOptions): Destination => {
  const { clock, deadlineMs, dispatch, memoryOf, report, running } = options;

  const handle = (read: ReadDelivery, events: readonly WebhookEvent[], done: Done): MaybePromise<Outcome> => {
    const { delivery, observed, source } = read;
    const deadline = deadlineOf(clock, deadlineMs);
    const work = dispatch.run(source, events, observed, deadline);
    if (isThenable(work)) return waitFor(read, events, work, deadline, done);
    const kind = summarise(work);
    done(kind);
    return outcomeOf(delivery, events, kind);
  };

  /** Until the handlers are done, or the deadline has passed. */
  const waitFor = async (
    { delivery, incoming, observed, source }: ReadDelivery,
    events: readonly WebhookEvent[],
    handling: Promise<readonly EventResult[]>,
    deadline: Deadline,
    done: Done,
  ): Promise<Outcome> => {
    const work = handling.then(
      (results) => {
        const kind = summarise(results);
        done(kind);
        return kind;
      },
      (error: unknown) => {
        done('failed');
        throw error;
      },
    );
    running.begin();
    work.then(running.end, running.end);
    const kind = await Promise.race([work, deadline.passed()]).finally(deadline.cancel);
    if (kind === undefined) {
      // why: an error after this has no answer to go into; the reporter has told of it.
      const rest = work.catch(() => undefined);
      try {
        incoming.waitUntil?.(rest);
      } catch (error) {
        // why: the handlers go on all the same, and an answer that says otherwise would have the platform send again.
        report.broken(observed, error);
      }
      return { kind: 'handling', deliveryId: delivery.id, source: source.name, events };
    }
    return outcomeOf(delivery, events, kind);
  };

  const pass = async (
    { delivery, observed, source }: ReadDelivery,
    events: readonly WebhookEvent[],
    done: Done,
    passOn: PassOn,
  ): Promise<Outcome> => {
    const base = { deliveryId: delivery.id, source: source.name };
    const memory = memoryOf(source.name);
    const fresh = events.filter((event) => {
      const stale =
        event.subject !== undefined &&
        event.version !== undefined &&
        source.provider.options.stale !== 'deliver' &&
        memory.isStale(event.subject, event.version);
      if (stale) report.stale(observed, event);
      return !stale;
    });
    if (fresh.length === 0 && events.length > 0) {
      done('stale');
      return { ...base, kind: 'stale', events };
    }
    const taken = await passOn({ source: source.name, delivery: source.describe(delivery), events: fresh });
    done(taken ? 'handled' : 'failed');
    for (const event of taken ? fresh : []) {
      if (event.subject !== undefined && event.version !== undefined) {
        memory.setVersion(event.subject, event.version);
      }
    }
    return { ...base, kind: 'passed', events: fresh };
  };

  const takeRecognised = (
    read: ReadDelivery,
    recognition: Recognition,
    passOn: PassOn | undefined,
  ): MaybePromise<Outcome> => {
    const { delivery, drafts, observed, source } = read;
    const base = { deliveryId: delivery.id, source: source.name, events: [] };
    const memory = memoryOf(source.name);
    const { heldKeys } = recognition;
    const claim = memory.claim(recognition, delivery.receivedAt);
    if (claim === 'in-progress') {
      const why = rejection('in-progress', 'The same delivery is being handled right now.');
      return { ...base, kind: 'rejected', rejection: why };
    }
    if (claim === 'duplicate') {
      report.duplicate(observed);
      return { ...base, kind: 'duplicate' };
    }
    const states: StateChange[] = [];
    let isDone = false;
    const done: Done = (result) => {
      // why: once. What is released may have been claimed by the next delivery already.
      if (isDone) return;
      isDone = true;
      // why: what nobody took is no reason to keep the same from a handler. Captured and sent under another event's name, which need
      // not be signed, it would make the genuine delivery a duplicate.
      if (result === 'failed' || result === 'ignored') memory.release(heldKeys);
      else memory.settle(heldKeys, delivery.receivedAt + (source.dedupeWindowMs ?? 0));
      if (result !== 'failed') return;
      // why: so that the same change is seen again when the delivery comes again, or the next one about the subject does.
      for (const { subject, state, previous } of states.reverse()) memory.restoreState(subject, state, previous);
    };
    const failed = (error: unknown): never => {
      done('failed');
      throw error;
    };
    try {
      const events = createEvents(source, delivery, drafts, (subject, state) => {
        const previous = memory.swapState(subject, state);
        states.push({ subject, state, previous });
        return previous;
      });
      const outcome = passOn === undefined ? handle(read, events, done) : pass(read, events, done, passOn);
      return isThenable(outcome) ? outcome.catch(failed) : outcome;
    } catch (error) {
      return failed(error);
    }
  };

  return {
    take: (read, passOn) =>
      // why: which of its types are taken is known once they were handled; see above.
      whenReady(digested(recognitionOf(read, () => true)), (recognition) => takeRecognised(read, recognition, passOn)),
    takeInvalid: async ({ delivery, source }, why) => ({
      kind: 'rejected',
      deliveryId: delivery.id,
      source: source.name,
      events: [],
      rejection: why,
    }),
  };
};

const createEvents = (
  source: Source,
  delivery: Delivery,
  drafts: readonly (EventDraft | SubjectChange)[],
  swapState: (subject: string, state: unknown) => unknown,
): WebhookEvent[] => {
  const described = source.describe(delivery);
  const events: WebhookEvent[] = [];
  const add = (draft: EventDraft): void => {
    const event: Writable<WebhookEvent> = {
      id: `${delivery.id}.${events.length}`,
      source: source.name,
      type: eventType(source.provider, draft.type),
      name: draft.name ?? draft.type,
      payload: draft.payload,
      delivery: described,
    };
    if (draft.subject !== undefined) event.subject = draft.subject;
    if (draft.version !== undefined) event.version = draft.version;
    if (draft.previous !== undefined) event.previous = draft.previous;
    events.push(event);
  };
  for (const draft of drafts) {
    if ('events' in draft) draft.events(swapState(draft.subject, draft.state)).forEach(add);
    else add(draft);
  }
  return events;
};

/** What counts of several results: the first of these that is among them. */
const weightiest: readonly EventResult[] = ['failed', 'handled', 'stale'];

const summarise = (results: readonly EventResult[]): EventResult => {
  for (const kind of weightiest) if (results.includes(kind)) return kind;
  return 'ignored';
};

const outcomeOf = (
  { id: deliveryId, source }: Delivery,
  events: readonly WebhookEvent[],
  kind: EventResult,
): Outcome =>
  kind === 'failed'
    ? {
        kind,
        deliveryId,
        source,
        events,
        rejection: rejection('handler-failed', 'A handler failed; the log has its error.'),
      }
    : { kind, deliveryId, source, events };
