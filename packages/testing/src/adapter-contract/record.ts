import type { Observer, WebhookEvent } from '@mediahooks/core';

/** What a receiver in this process has seen. */
export interface Recorded {
  /** Events that reached a handler. */
  readonly events: readonly WebhookEvent[];
  /** Refusals, with the operator's hint. */
  readonly refusals: readonly { readonly code: string; readonly hint: string }[];
  /** Resolves when so many events have reached a handler. */
  untilSeen(events: number): Promise<void>;
  /** Resolves when a delivery was refused with this code, or has been. */
  untilRefused(code: string): Promise<void>;
}

export const createRecord = (): { recorded: Recorded; observe: Observer; see: (event: WebhookEvent) => void } => {
  const events: WebhookEvent[] = [];
  const refusals: { readonly code: string; readonly hint: string }[] = [];
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const check of waiting) check();
  };
  const until = (reached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!reached()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    see(event) {
      events.push(event);
      tell();
    },
    observe: {
      rejected(_delivery, { code, hint }) {
        refusals.push({ code, hint });
        tell();
      },
    },
    recorded: {
      events,
      refusals,
      untilSeen: (count) => until(() => events.length >= count),
      untilRefused: (wanted) => until(() => refusals.some(({ code }) => code === wanted)),
    },
  };
};
