import { fieldOf } from './field-of.ts';

export interface PassedAnswer {
  readonly status: number;
  /** To be sent as JSON. */
  readonly body: { readonly taken: true; readonly source: unknown; readonly payload: unknown; readonly bytes: string };
}

/**
 * What the route behind the adapter answers: what it was given, with the status that the payload's field `answer` wants, default 201.
 * Its `bytes` are the body's, in hex.
 */
export const answerPassed = (webhook: unknown): PassedAnswer => {
  const events = fieldOf(webhook, 'events');
  const payload = fieldOf(Array.isArray(events) ? events[0] : undefined, 'payload');
  const wanted = fieldOf(payload, 'answer');
  const bytes = fieldOf(fieldOf(webhook, 'delivery'), 'body');
  return {
    status: typeof wanted === 'number' ? wanted : 201,
    body: {
      taken: true,
      source: fieldOf(webhook, 'source'),
      payload,
      bytes: bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : '',
    },
  };
};
