import type { WebhookEvent } from '@mediahooks/core';

/** An event as a handler of this app saw it. */
export interface Seen {
  readonly route: string;
  readonly source: string;
  readonly type: string;
  readonly address: string | undefined;
  readonly payload: unknown;
  /** The body's bytes, base64. */
  readonly body: string;
}

declare global {
  var mediahooksSeen: Seen[] | undefined;
}

// why: on the global object, because Next.js bundles this module into app and into pages, and each has its own copy.
globalThis.mediahooksSeen ??= [];
export const seen = globalThis.mediahooksSeen;

export const see = (route: string, { source, type, payload, delivery }: WebhookEvent): void => {
  seen.push({
    route,
    source,
    type,
    address: delivery.address,
    payload,
    body: Buffer.from(delivery.body).toString('base64'),
  });
};
