import type { HandlerContext } from '../handlers.ts';
import type { Rejection } from '../rejection.ts';

/** A delivery as an inbox keeps it: whole, so that it can be verified and read again. */
export interface StoredDelivery {
  readonly id: string;
  /** Empty where the path named no source: such a delivery was refused. */
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly address: string | undefined;
  readonly pathToken: string | undefined;
  /** Without `?`. Holds a URL token where the source has one: never shown. */
  readonly query: string;
  /** In order, names in lower case, without credentials that no guard needs again. The rest of them is never shown. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Of refused deliveries only: just the beginning of the body is kept, or it was refused before its body was read. Else it is whole. */
  readonly bodyPart?: 'cut' | 'unread';
}

/** An authentic, valid delivery, for an inbox to keep. */
export interface Acceptance {
  readonly delivery: StoredDelivery;
  /** By any of these a delivery that comes again is recognised. */
  readonly keys: readonly string[];
  /** Those of {@link keys} that are this delivery's from now on: what comes after it is recognised by these, not by the others. */
  readonly heldKeys: readonly string[];
  /** Until when, in milliseconds since the epoch. */
  readonly keysExpireAt: number;
  /** Names of the subjects it is about, as they are in {@link PlannedEvent}. */
  readonly subjects: readonly string[];
  /** Makes events, given what is known of the subjects. Pure; called within the transaction that stores. */
  readonly plan: (subjects: ReadonlyMap<string, SubjectRecord>) => Plan;
}

/** What is known of a subject. */
export interface SubjectRecord {
  /** As JSON; `undefined` where nothing is remembered. */
  readonly state: unknown;
  /** The newest accepted. */
  readonly version: number | string | undefined;
}

export interface Plan {
  readonly events: readonly PlannedEvent[];
  /** What is known of the subjects from now on. */
  readonly subjects: ReadonlyMap<string, SubjectRecord>;
}

/** One event, a job of its own. */
export interface PlannedEvent {
  /** That of its delivery, a point, and its place among the delivery's events, from 0. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly name: string;
  /** As JSON. */
  readonly payload: unknown;
  /** Events of one subject are handled in order. Prefixed with the source: unique among all sources. */
  readonly subject: string | undefined;
  readonly version: number | string | undefined;
  readonly previous: unknown;
  /** Older than the newest accepted of its subject: kept, and not handed to handlers. */
  readonly stale: boolean;
}

export type AcceptResult =
  | { readonly kind: 'duplicate'; readonly of: string }
  | { readonly kind: 'stored'; readonly events: readonly PlannedEvent[] };

/** `waiting` behind an earlier event of its subject, `pending` for its time, `running`, or done with. */
export type EventStatus = 'dead' | 'discarded' | 'handled' | 'ignored' | 'pending' | 'running' | 'stale' | 'waiting';

/** One attempt at an event. */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** Scrubbed of secrets; `undefined` where it went well, or where its process died. */
  readonly error: string | undefined;
}

export interface InboxEvent extends PlannedEvent {
  readonly deliveryId: string;
  readonly status: EventStatus;
  readonly attempts: number;
  /** When it is tried next, in milliseconds since the epoch. */
  readonly runAt: number;
  /** Why something of it cannot be read: it was damaged, or changed by hand. What cannot be read is left out; absent where all can. */
  readonly unreadable?: string;
}

export type DeliveryOutcome = 'duplicate' | 'quarantined' | 'rejected' | 'stored';

/** What is kept though nothing is made of it yet, and why it is. */
export type KeptOutcome = 'quarantined' | 'rejected';

/** A kept delivery as it may be shown: no body, no headers, no query. */
export interface InboxDelivery {
  readonly id: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly address: string | undefined;
  readonly outcome: DeliveryOutcome;
  /** Why it is quarantined, or was refused. */
  readonly rejection: Rejection | undefined;
  /** The delivery it is a duplicate of. */
  readonly duplicateOf: string | undefined;
  readonly events: readonly InboxEvent[];
  /** As that of an {@link InboxEvent}; its events have their own. */
  readonly unreadable?: string;
}

export interface InboxFilter {
  readonly source?: string;
  readonly type?: string;
  readonly outcome?: DeliveryOutcome;
  readonly status?: EventStatus;
  /** With its source in front: `ignite video:12345`. */
  readonly subject?: string;
  /**
   * The beginning of a delivery's id, of 4 characters at least; or a subject, with its source in front, without it, or its id alone:
   * `ignite video:12345`, `video:12345`, `12345`. Where more than 1000 ids begin with it, 1000 of those are looked at.
   */
  readonly text?: string;
  /** Milliseconds since the epoch; `from` is included, `until` is not. */
  readonly from?: number;
  readonly until?: number;
}

export interface PageRequest {
  readonly limit: number;
  /** As the page before gave it. */
  readonly cursor?: string;
}

export interface InboxPage {
  /** Newest first, by when they were received. */
  readonly deliveries: readonly InboxDelivery[];
  /** For the next page; `undefined` on the last. A page that is not the last may be short, where few of many deliveries are wanted. */
  readonly cursor: string | undefined;
}

export interface EventPage {
  /** Newest first, by when their deliveries were received. */
  readonly events: readonly InboxEvent[];
  /** For the next page; `undefined` on the last. */
  readonly cursor: string | undefined;
}

export interface ActivityQuery {
  /** Milliseconds since the epoch; `from` is included, `until` is not. Rounded down and up to whole steps. */
  readonly from: number;
  readonly until: number;
  /**
   * A whole number of minutes, in milliseconds. Minutes are counted for the last day, whole hours for 90 days: steps that are not of
   * whole hours see the last day only. From `from` to `until` are 1000 steps at most.
   */
  readonly stepMs: number;
}

/** So many deliveries of a source had an outcome within a step, as they were when they arrived. */
export interface ActivityCount {
  /** When the step begins. Milliseconds since the epoch. */
  readonly at: number;
  /** Empty where the path named none. */
  readonly source: string;
  readonly outcome: DeliveryOutcome;
  readonly count: number;
}

/** Refused deliveries that are not kept, only counted. */
export interface RefusedCount {
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly count: number;
}

/** How long handlers of a source took, over its latest attempts: of the newest 1000 of all sources, or of its newest 200 deliveries. */
export interface HandlerLatency {
  readonly source: string;
  readonly attempts: number;
  /** How many of those failed. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface InboxStats {
  readonly deliveries: Readonly<Record<DeliveryOutcome, number>>;
  readonly events: Readonly<Record<EventStatus, number>>;
  /** How long the oldest event that is not done with has waited, in milliseconds; `undefined` where there is none. */
  readonly backlogAgeMs: number | undefined;
}

export interface PruneOptions {
  /** Deliveries received before this go, once all their events are done with. Milliseconds since the epoch. */
  readonly before: number;
  /** Dead letters and quarantined deliveries too. Default `false`. */
  readonly unresolved?: boolean;
  /** Refused deliveries received before this go too, and all but so many of the newest. */
  readonly refused?: { readonly before: number; readonly keep: number };
}

/** How an attempt at an event ended. */
export type JobResult =
  | { readonly kind: 'handled' | 'ignored' }
  /** `error` is scrubbed: it may be kept and shown. `retryInMs` is `undefined` where there is no further attempt: the event is dead. */
  | { readonly kind: 'failed'; readonly error: string; readonly retryInMs: number | undefined };

/** What an inbox hands its events to. */
export interface InboxWorker {
  /** Never rejects. */
  run(event: InboxEvent, delivery: StoredDelivery, context: HandlerContext): Promise<JobResult>;
  /**
   * For an event that cannot be read here, and may be elsewhere, with another key: tells of it, and gives what becomes of it. `attempt` is
   * 1 for the first.
   */
  unreadable?(event: InboxEvent, delivery: StoredDelivery, error: unknown, attempt: number): JobResult;
  /**
   * Tells of an event that the inbox itself has made a dead letter: because nobody finished its last attempt; or, where `unreadable` says
   * why, because what is stored of it cannot be read. Called by the process that has found that, once it is written down; never throws.
   * `attempts` is how many there were. What cannot be read is told without its content, and empty where even a name is gone.
   */
  abandoned?(event: InboxEvent, delivery: StoredDelivery, attempts: number, unreadable?: string): void;
  /** The wait after an attempt that nobody finished, because its process died; `undefined` where that was the last. */
  retryDelayMs(attempt: number): number | undefined;
}

/** What an inbox may ask of the receiver it belongs to. */
export interface InboxReader {
  /**
   * Reads a kept delivery again, without its guards: it was proven before it was kept. Gives what `accept` needs of the payload;
   * `undefined` where it cannot be read (any more).
   */
  read(delivery: StoredDelivery): Promise<Pick<Acceptance, 'plan' | 'subjects'> | undefined>;
}

/** Durable storage with a worker. It knows no provider and no framework. */
export interface Inbox {
  /** Called once, by the receiver that is made with it. */
  attach?(reader: InboxReader): void;
  /**
   * Stores and resolves once that is on disk; or says that it has it already.
   *
   * @throws {InboxUnavailableError} where it cannot store at the moment; anything else is taken for a mistake, not for an outage.
   */
  accept(acceptance: Acceptance): Promise<AcceptResult>;
  /** Keeps a delivery that nothing is made of: an authentic one that failed validation, or one that was refused. */
  keep(delivery: StoredDelivery, outcome: KeptOutcome, why: Rejection): Promise<void>;
  /** Counts refused deliveries that are not kept, for `activity`. */
  countRefused(counts: readonly RefusedCount[]): Promise<void>;
  /** Begins to work on events. */
  start(worker: InboxWorker): Promise<void>;
  /** Takes no more events, waits for running ones, aborts them after `timeoutMs`, and lets go of the storage. */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
  list(filter: InboxFilter, page: PageRequest): Promise<InboxPage>;
  /** The history of one subject, its source in front. */
  events(filter: { readonly subject: string }, page: PageRequest): Promise<EventPage>;
  get(deliveryId: string): Promise<InboxDelivery | undefined>;
  /** The whole delivery, for a replay. @throws {UnreadableDeliveryError} where what is stored of it was damaged, or cannot be decrypted. */
  load(deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(eventId: string): Promise<readonly Attempt[]>;
  /** Puts events that are done with back in line. Gives how many. */
  requeue(deliveryId: string): Promise<number>;
  /**
   * Makes events of a kept delivery that has become valid. Where one of its keys is known by now it becomes a duplicate of that one;
   * where it is stored already, `of` is its own id.
   */
  release(acceptance: Acceptance): Promise<AcceptResult>;
  /** Gives up on what is not handled of a delivery. Gives how many events that was. */
  discard(deliveryId: string): Promise<number>;
  /** Of a very large inbox as it was some seconds ago: it takes long to count. */
  stats(): Promise<InboxStats>;
  /**
   * For a chart. Only what is not zero, in no order that is promised.
   *
   * @throws {ConfigurationError} `option-invalid` for steps that are no whole minutes, and for more than 1000 of them.
   */
  activity(query: ActivityQuery): Promise<readonly ActivityCount[]>;
  /** Of sources that have any attempt; of one, where it is named. */
  latency(query?: { readonly source?: string }): Promise<readonly HandlerLatency[]>;
  /** Changes whenever a delivery has come to be kept; says nothing else. Cheap enough to be asked each second. */
  newest(): Promise<string>;
  /**
   * Gives how many deliveries went. Forgets subjects too that nothing was heard of since `before`, by {@link heardAtOf}, and of which
   * no event waits or runs: until then a late, older version is still known to be stale. Works in small steps, so that nothing else
   * waits long.
   */
  prune(options: PruneOptions): Promise<number>;
}
