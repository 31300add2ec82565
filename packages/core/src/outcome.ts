import type { WebhookEvent } from './event.ts';
import { type Rejection, rejectionTable } from './rejection.ts';

/**
 * What became of a delivery. `handling`: its handlers were still running at the deadline and go on. `passed`: it was given to the
 * route behind the middleware, which answers itself.
 */
export type OutcomeKind =
  | 'duplicate'
  | 'failed'
  | 'handled'
  | 'handling'
  | 'ignored'
  | 'passed'
  | 'quarantined'
  | 'rejected'
  | 'stale'
  | 'stored';

interface OutcomeBase {
  readonly deliveryId: string;
  /** `undefined` where no such source exists. */
  readonly source: string | undefined;
  readonly events: readonly WebhookEvent[];
}

/** The delivery was accepted: what it answers is 2xx. */
export interface AcceptedOutcome extends OutcomeBase {
  readonly kind: 'duplicate' | 'handled' | 'handling' | 'ignored' | 'passed' | 'stale' | 'stored';
  readonly rejection?: undefined;
}

/** The delivery was not accepted, or its handlers failed. */
export interface RefusedOutcome extends OutcomeBase {
  readonly kind: 'failed' | 'quarantined' | 'rejected';
  readonly rejection: Rejection;
}

export type Outcome = AcceptedOutcome | RefusedOutcome;

/** An answer for an adapter to write: nothing left to decide. */
export interface OutcomeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a delivery: JSON, or `application/problem+json` (RFC 9457) with the stable `code`. ASCII only. */
export const outcomeResponse = (outcome: Outcome): OutcomeResponse => {
  const { deliveryId, kind } = outcome;
  if (outcome.rejection === undefined) {
    const status = kind === 'stored' || kind === 'handling' ? 202 : 200;
    // why: not by `answer`, which copies headers. Each answer has its own, lest one that an adapter adds to stay for all after it.
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    return { status, headers, body: JSON.stringify({ outcome: kind, delivery: deliveryId }) };
  }
  const { code } = outcome.rejection;
  // why: it is kept, and sending the same again would not make it valid.
  if (kind === 'quarantined' && code === 'invalid-payload') {
    return answer(202, 'application/json', { outcome: kind, code, delivery: deliveryId });
  }
  const { status, detail } = rejectionTable[code];
  const retryAfterSeconds =
    outcome.rejection.retryAfterSeconds ?? (status === 503 ? defaultRetryAfterSeconds : undefined);
  return answer(
    status,
    'application/problem+json',
    { status, code, detail, instance: `urn:uuid:${deliveryId}` },
    {
      ...(code === 'method-not-allowed' && { allow: 'POST' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      // why: the rest of a body that was not read must not be taken for the next request, nor be waited for.
      ...(unreadBody.has(code) && { connection: 'close' }),
    },
  );
};

/** Where a 503 says nothing itself. */
const defaultRetryAfterSeconds = 10;

const unreadBody: ReadonlySet<string> = new Set(['body-too-large', 'body-incomplete', 'unsupported-encoding']);

const answer = (status: number, type: string, body: object, headers: Record<string, string> = {}): OutcomeResponse => ({
  status,
  headers: { 'content-type': type, 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});
