import type { RejectionCause } from './diagnosis/is-cause.ts';

/** Base of every error this project throws. `code` is public and stable; the message may be reworded. */
export class WebhookError extends Error {
  // why: spelt out, here and below, because bundlers shorten the names of classes.
  override readonly name: string = 'WebhookError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type ConfigurationCode =
  | 'address-unavailable'
  | 'authorize-missing'
  | 'event-unknown'
  | 'guard-missing'
  | 'handler-missing'
  | 'inbox-missing'
  | 'inbox-too-new'
  | 'inbox-unusable'
  | 'nothing-configured'
  | 'option-invalid'
  | 'option-unknown'
  | 'secret-empty'
  | 'secret-missing'
  | 'source-invalid'
  | 'trust-proxy-invalid';

/**
 * Thrown at construction, or by what was asked of a receiver, an inbox or a console in a way that cannot be; never while a delivery is
 * received. The message names the option and, where there is one, the variable.
 */
export class ConfigurationError extends WebhookError {
  override readonly name = 'ConfigurationError';
  declare readonly code: ConfigurationCode;

  constructor(code: ConfigurationCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

export type BodyErrorCode = 'body-already-parsed' | 'body-incomplete' | 'body-too-large' | 'unsupported-encoding';

/** Thrown by an adapter's `readBody` where the bytes cannot be had. The message is the operator's hint; the sender never sees it. */
export class BodyError extends WebhookError {
  override readonly name = 'BodyError';
  declare readonly code: BodyErrorCode;
  /** What was found, where the adapter knows more exactly: the `cause` of the rejection. */
  readonly found: RejectionCause | undefined;

  constructor(code: BodyErrorCode, hint: string, options: ErrorOptions & { readonly found?: RejectionCause } = {}) {
    super(code, hint, options);
    this.found = options.found;
  }
}

/** Thrown by a handler to say that trying again is useless: with an inbox, the event goes to the dead letters at once. */
export class NonRetryableError extends WebhookError {
  override readonly name = 'NonRetryableError';

  constructor(message: string, options?: ErrorOptions) {
    super('non-retryable', message, options);
  }
}

/** What an attempt has failed with whose handlers took longer than `handlerTimeoutMs`; also the `reason` of their aborted `signal`. */
export class HandlerTimeoutError extends WebhookError {
  override readonly name = 'HandlerTimeoutError';

  constructor(message: string, options?: ErrorOptions) {
    super('handler-timeout', message, options);
  }
}

/** Told to observers where an attempt has no end of its own: its process died, or was away for so long that its lease ran out. */
export class LeaseLostError extends WebhookError {
  override readonly name = 'LeaseLostError';

  constructor(message: string, options?: ErrorOptions) {
    super('lease-lost', message, options);
  }
}

/** Told to observers of a dead letter that an inbox could not read: what is stored of the event was damaged, or changed by hand. */
export class UnreadableEventError extends WebhookError {
  override readonly name = 'UnreadableEventError';

  constructor(message: string, options?: ErrorOptions) {
    super('event-unreadable', message, options);
  }
}

/**
 * Thrown by an inbox that is asked for a whole delivery and cannot read it: what is stored of it was damaged, or changed by hand, or its
 * key is missing.
 */
export class UnreadableDeliveryError extends WebhookError {
  override readonly name = 'UnreadableDeliveryError';

  constructor(message: string, options?: ErrorOptions) {
    super('delivery-unreadable', message, options);
  }
}

/** Thrown by an inbox that cannot store or read at the moment: the delivery is answered 503, so that it comes again. */
export class InboxUnavailableError extends WebhookError {
  override readonly name = 'InboxUnavailableError';

  constructor(message: string, options?: ErrorOptions) {
    super('inbox-unavailable', message, options);
  }
}
