import type { EventOf, TypedReceiver } from './create-webhooks.ts';
import type { VerifiedDelivery } from './destination.ts';
import type { WebhookEvent } from './event.ts';

/**
 * Tells TypeScript which receiver an application has, so that `req.webhook` and `ctx.state.webhook` know its events:
 *
 * ```ts
 * declare module '@mediahooks/core' {
 *   interface Register { webhooks: typeof webhooks }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by applications.
export interface Register {}

/** A verified delivery of the registered receiver; of `Default` events where none is registered. */
export type RegisteredDelivery<Default extends WebhookEvent = WebhookEvent> = Register extends {
  webhooks: infer W extends TypedReceiver;
}
  ? VerifiedDelivery<EventOf<W>>
  : VerifiedDelivery<Default>;
