import type { SenderAddress } from '../address/sender-address.ts';
import type { TrustFunction } from '../address/trust-proxy.ts';
import type { Delivery, IncomingDelivery } from '../delivery.ts';
import type { Guard } from '../guards/guard.ts';
import type { Rejection } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { RejectionCause } from './is-cause.ts';

/** What a diagnosis has found: why the delivery was refused, and what mends it. It cannot say that a delivery is accepted. */
export interface Finding {
  readonly cause: RejectionCause;
  /** For the operator, in place of the rejection's own hint. Never holds a secret, nor what would be a right signature. */
  readonly hint: string;
}

/** A delivery that is refused for good, with what is known of it at that point. */
export interface RefusedDelivery {
  readonly rejection: Rejection;
  readonly incoming: IncomingDelivery;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly sender: SenderAddress;
  readonly trust: TrustFunction | undefined;
  /** `undefined` where the path names none. */
  readonly source: Source | undefined;
  /** The guard that refused. */
  readonly guard: Guard | undefined;
  /** As soon as its body was read. */
  readonly delivery: Delivery | undefined;
  /** As soon as it was parsed. */
  readonly payload: unknown;
}
