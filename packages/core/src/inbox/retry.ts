import { ConfigurationError, NonRetryableError } from '../errors.ts';
import { checkOptions, positiveInteger } from '../options.ts';

export interface RetryOptions {
  /** How often an event is tried at most. Default 10. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt. Default 10000. */
  readonly firstDelayMs?: number;
  /** How many times longer each further wait is. Default 3. */
  readonly factor?: number;
  /** No wait is longer than this many milliseconds. Default 43200000, twelve hours. */
  readonly maxDelayMs?: number;
}

/** Milliseconds until the next attempt; `undefined` where that one was the last. */
export type RetryDelay = (attempt: number, error: unknown, isAborted?: boolean) => number | undefined;

/**
 * When to try again: exponentially later, and each time up to a quarter of the wait earlier or later, so that events which failed
 * together do not come back together. With the defaults ten attempts take about a day. Where an attempt was aborted it may be tried up to
 * twice as often.
 *
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`.
 */
export const createRetry = (options: RetryOptions, random: () => number): RetryDelay => {
  checkOptions('retry', options, ['attempts', 'firstDelayMs', 'factor', 'maxDelayMs']);
  const attempts = positiveInteger('retry', 'attempts', options.attempts, 10);
  const firstDelayMs = positiveInteger('retry', 'firstDelayMs', options.firstDelayMs, 10_000);
  const maxDelayMs = positiveInteger('retry', 'maxDelayMs', options.maxDelayMs, 12 * 60 * 60 * 1000);
  const factor = options.factor ?? 3;
  if (!Number.isFinite(factor) || factor < 1) {
    throw new ConfigurationError('option-invalid', 'retry: option "factor" must be 1 or more.');
  }
  return (attempt, error, isAborted = false) => {
    // why more often, and not for ever: that the engine was away says nothing against the event, but its handler may be what kept it away.
    const most = isAborted ? 2 * attempts : attempts;
    if (isNonRetryable(error) || attempt >= most) return undefined;
    const delayMs = Math.min(firstDelayMs * factor ** (attempt - 1), maxDelayMs);
    return Math.round(delayMs * (0.75 + random() / 2));
  };
};

/** Several handlers may have failed: the event is tried again as long as that can help one of them. */
const isNonRetryable = (error: unknown): boolean =>
  error instanceof NonRetryableError ||
  // why not of none: `Promise.any` of nothing rejects with one, which says nothing of the kind.
  (error instanceof AggregateError && error.errors.length > 0 && error.errors.every(isNonRetryable));
