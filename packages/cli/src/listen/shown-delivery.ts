import { type Outcome, outcomeResponse } from '@mediahooks/core';
import { roundedMs } from '../terminal/duration.ts';

/** An event of a delivery, fit to be shown. */
export interface ShownEvent {
  readonly type: string;
  readonly name: string;
  readonly subject: string | null;
  /** Redacted; `null` where it is not known what has to be. */
  readonly payload: unknown;
}

/** A delivery, fit to be shown: also the document of `--json`. */
export interface ShownDelivery {
  readonly kind: 'delivery';
  readonly delivery: string;
  readonly at: string;
  readonly source: string | null;
  readonly address: string | null;
  readonly bytes: number;
  readonly outcome: Outcome['kind'];
  readonly status: number;
  readonly code: string | null;
  /** Why more exactly, where that was found out. */
  readonly cause: string | null;
  readonly hint: string | null;
  readonly events: readonly ShownEvent[];
  readonly durationMs: number;
}

export interface ShownParts {
  readonly outcome: Outcome;
  readonly at: Date;
  readonly address: string | undefined;
  readonly bytes: number;
  readonly durationMs: number;
  readonly redact: (source: string, payload: unknown) => unknown;
}

export const shownDelivery = ({ address, at, bytes, durationMs, outcome, redact }: ShownParts): ShownDelivery => ({
  kind: 'delivery',
  delivery: outcome.deliveryId,
  at: at.toISOString(),
  source: outcome.source ?? null,
  address: address ?? null,
  bytes,
  outcome: outcome.kind,
  status: outcomeResponse(outcome).status,
  code: outcome.rejection?.code ?? null,
  cause: outcome.rejection?.cause ?? null,
  hint: outcome.rejection?.hint ?? null,
  events: outcome.events.map(({ name, payload, source, subject, type }) => ({
    type,
    name,
    subject: subject ?? null,
    payload: redact(source, payload),
  })),
  durationMs: roundedMs(durationMs),
});
