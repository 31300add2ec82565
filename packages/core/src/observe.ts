import type { WebhookEvent } from './event.ts';
import type { Outcome } from './outcome.ts';
import type { Rejection } from './rejection.ts';

/** What is known of a delivery when something is observed. No body, no credential. */
export interface ObservedDelivery {
  readonly id: string;
  /** `undefined` where no such source exists. */
  readonly source: string | undefined;
  readonly address: string | undefined;
  readonly receivedAt: Date;
}

/** Called as things happen. What a hook throws is logged and otherwise ignored. */
export interface Observer {
  /** A request has come in; nothing has been checked. */
  received?(delivery: ObservedDelivery): void;
  /** The delivery was refused; the rejection's hint says why. */
  rejected?(delivery: ObservedDelivery, rejection: Rejection): void;
  /** It was handled before. */
  duplicate?(delivery: ObservedDelivery): void;
  /** A newer version of the subject was handled before; handlers do not get this event. */
  stale?(delivery: ObservedDelivery, event: WebhookEvent): void;
  /** No handler is registered for the event. */
  ignored?(delivery: ObservedDelivery, event: WebhookEvent): void;
  handled?(delivery: ObservedDelivery, event: WebhookEvent, durationMs: number): void;
  failed?(delivery: ObservedDelivery, event: WebhookEvent, error: unknown, durationMs: number): void;
  /** With an inbox: that was the last attempt; the event is a dead letter, and waits for a replay. Follows `failed`. */
  dead?(delivery: ObservedDelivery, event: WebhookEvent, error: unknown, attempts: number): void;
  /** The answer is decided. Follows all others, except those of handlers that ran past the deadline. */
  answered?(delivery: ObservedDelivery, outcome: Outcome, durationMs: number): void;
}
