import type { HandlerContext } from '../handlers.ts';
import type { Rejection } from '../rejection.ts';

/** A delivery as an inbox keeps it: whole, so that it can be verified and read again. */
export interface StoredDelivery {
  readonly id: string;
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
}

/** An authentic, valid delivery, for an inbox to keep. */
export interface Acceptance {
  readonly delivery: StoredDelivery;
  /** By any of these a delivery that comes again is recognised. */
  readonly keys: readonly string[];
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
}

export type DeliveryOutcome = 'duplicate' | 'quarantined' | 'stored';

/** A kept delivery as it may be shown: no body, no headers, no query. */
export interface InboxDelivery {
  readonly id: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly address: string | undefined;
  readonly outcome: DeliveryOutcome;
  /** Why it is quarantined. */
  readonly rejection: Rejection | undefined;
  /** The delivery it is a duplicate of. */
  readonly duplicateOf: string | undefined;
  readonly events: readonly InboxEvent[];
}

export interface InboxFilter {
  readonly source?: string;
  readonly type?: string;
  readonly outcome?: DeliveryOutcome;
  readonly status?: EventStatus;
  /** With its source in front: `ignite video:12345`. */
  readonly subject?: string;
  /** Milliseconds since the epoch; `from` is included, `until` is not. */
  readonly from?: number;
  readonly until?: number;
}

export interface InboxPage {
  /** Newest first. */
  readonly deliveries: readonly InboxDelivery[];
  /** For the next page; `undefined` on the last. */
  readonly cursor: string | undefined;
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
  /** For an event that the inbox itself could not read: tells of it, and gives what becomes of it. `attempt` is 1 for the first. */
  unreadable?(event: InboxEvent, delivery: StoredDelivery, error: unknown, attempt: number): JobResult;
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
  /** Keeps an authentic delivery that failed validation. */
  quarantine(delivery: StoredDelivery, why: Rejection): Promise<void>;
  /** Begins to work on events. */
  start(worker: InboxWorker): Promise<void>;
  /** Takes no more events, waits for running ones, aborts them after `timeoutMs`, and lets go of the storage. */
  stop(options: { readonly timeoutMs: number }): Promise<void>;
  list(filter: InboxFilter, page: { readonly limit: number; readonly cursor?: string }): Promise<InboxPage>;
  get(deliveryId: string): Promise<InboxDelivery | undefined>;
  /** The whole delivery, for a replay. */
  load(deliveryId: string): Promise<StoredDelivery | undefined>;
  attempts(eventId: string): Promise<readonly Attempt[]>;
  /** Puts events that are done with back in line. Gives how many. */
  requeue(deliveryId: string): Promise<number>;
  /** Makes events of a quarantined delivery that has become valid. */
  release(acceptance: Acceptance): Promise<AcceptResult>;
  /** Gives up on what is not handled of a delivery. Gives how many events that was. */
  discard(deliveryId: string): Promise<number>;
  stats(): Promise<InboxStats>;
  /** Gives how many deliveries went. */
  prune(options: PruneOptions): Promise<number>;
}
