import type { RejectionCode } from '@mediahooks/core';
import type { TestDelivery } from '@mediahooks/testing';

/** A delivery that a platform could have sent: one of the example payloads. */
export interface Genuine {
  readonly kind: 'genuine';
  readonly delivery: TestDelivery;
  /** What proves it, or what the platform's page calls it. */
  readonly why: string;
}

/** A delivery that only someone else can have sent. */
export interface Forgery {
  readonly kind: 'forgery';
  readonly delivery: TestDelivery;
  /** What is wrong with it. */
  readonly name: string;
  readonly code: RejectionCode;
  /** Sent to the receiver that no proxy stands in front of. */
  readonly direct?: boolean;
}

export type Attempt = Forgery | Genuine;
