import { isThenable } from './crypto/types.ts';
import { ConfigurationError } from './errors.ts';

/**
 * Refuses what is no receiver, for whatever takes one: without types it would be found out at the first delivery. `call` is what to write
 * instead.
 *
 * @throws {ConfigurationError} `option-invalid`
 */
export const checkReceiver = (owner: string, webhooks: unknown, call: string): void => {
  if (typeof webhooks === 'object' && webhooks !== null && 'receive' in webhooks) {
    if (typeof webhooks.receive === 'function') return;
  }
  throw new ConfigurationError(
    'option-invalid',
    `${owner}: expected the receiver that createWebhooks(…) returns, got ${kindOf(webhooks)}. Write ${call}.`,
  );
};

/** Nothing of the value itself: it may hold secrets. */
const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return String(value);
  if (isThenable(value)) return 'a promise, which has to be awaited';
  return typeof value === 'object' ? 'another object' : `a ${typeof value}`;
};
