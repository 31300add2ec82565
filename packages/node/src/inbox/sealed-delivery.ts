import {
  type InboxEvent,
  type InboxWorker,
  type JobResult,
  type StoredDelivery,
  UnreadableDeliveryError,
  WebhookError,
} from '@mediahooks/core';

/** Marks what is encrypted. No HTTP header can have this name: it holds a space. */
export const sealedHeader = 'mediahooks sealed';

/** The encrypted head of a delivery, which is then its only header; `undefined` where it was kept without encryption. */
export const sealedHeadOf = ({ headers: [first] }: Pick<StoredDelivery, 'headers'>): string | undefined =>
  first?.[0] === sealedHeader ? first[1] : undefined;

/**
 * Whether it was kept with encryption. What was made of it is then encrypted too, and else is not: a payload cannot tell, because it may
 * have a field of any name.
 */
export const isSealed = (delivery: Pick<StoredDelivery, 'headers'>): boolean => sealedHeadOf(delivery) !== undefined;

/** How a text begins that is encrypted. */
export const sealedTextMark = `${sealedHeader} `;

/**
 * The key is missing, or it was changed. As an `UnreadableDeliveryError`, so that whoever asks for the whole of it shows the rest, and
 * says why it cannot be replayed.
 */
export class UndecryptableDeliveryError extends UnreadableDeliveryError {
  override readonly code = 'decryption-failed';
}

/** @param why A sentence. */
export const decryptionFailed = (why: string, cause?: unknown): WebhookError =>
  new WebhookError('decryption-failed', `What is stored cannot be decrypted. ${why}`, { cause });

export const withoutContent = (event: InboxEvent): InboxEvent => ({
  ...event,
  payload: undefined,
  previous: undefined,
});

/** What an event comes to that cannot be decrypted here: it is tried again, because a process with the right key may come. */
export const failUndecryptable = (
  worker: InboxWorker,
  event: InboxEvent,
  delivery: StoredDelivery,
  error: unknown,
  attempt: number,
): JobResult =>
  // why: its content is left out of what is told.
  worker.unreadable?.(withoutContent(event), { ...delivery, headers: [] }, error, attempt) ?? {
    kind: 'failed',
    error: String(error),
    retryInMs: worker.retryDelayMs(attempt),
  };
