import type { MaybePromise } from './crypto/types.ts';
import type { Delivery, IncomingDelivery } from './delivery.ts';
import type { EventDelivery, WebhookEvent } from './event.ts';
import type { ObservedDelivery } from './observe.ts';
import type { Outcome } from './outcome.ts';
import type { EventDraft, SubjectChange } from './provider.ts';
import type { Rejection } from './rejection.ts';
import type { Source } from './source.ts';

/** A delivery that is proven and valid, for a route that takes it instead of handlers. */
export interface VerifiedDelivery<Event extends WebhookEvent = WebhookEvent> {
  readonly source: string;
  readonly delivery: EventDelivery;
  /** One or more; stale ones are left out. */
  readonly events: readonly Event[];
}

/** Gives a verified delivery to a route; resolves with whether the route took it. The route has answered then. */
export type PassOn = (verified: VerifiedDelivery) => Promise<boolean>;

/** A delivery that is authentic; where it comes from and how it is recognised when it comes again. */
export interface AuthenticDelivery {
  readonly source: Source;
  readonly delivery: Delivery;
  readonly incoming: IncomingDelivery;
  readonly observed: ObservedDelivery;
}

/** An authentic delivery whose payload is valid. */
export interface ReadDelivery extends AuthenticDelivery {
  readonly drafts: readonly (EventDraft | SubjectChange)[];
  readonly keys: readonly string[];
}

/** Where proven, valid deliveries go: to handlers at once, or into an inbox. */
export interface Destination {
  take(read: ReadDelivery, passOn: PassOn | undefined): MaybePromise<Outcome>;
  /** An authentic delivery that cannot be read: kept where there is a place for it, else refused. */
  takeInvalid(authentic: AuthenticDelivery, why: Rejection): Promise<Outcome>;
}
