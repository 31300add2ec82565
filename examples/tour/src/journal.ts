import type { ObservedDelivery, Observer, Outcome, WebhookEvent } from '@mediahooks/core';

/** What the operator sees of a delivery, and its sender does not. */
export interface JournalEntry {
  /** Of its events. */
  readonly types: readonly string[];
  /** Why it was refused; empty where it was not. */
  readonly hint: string;
}

export interface Journal {
  readonly observer: Observer;
  /** @throws {Error} for an id that no delivery had. */
  entry(deliveryId: string): JournalEntry;
  /** The types of a delivery's events that were handled, as soon as there are `count`; or those that there are after 10 seconds. */
  handled(deliveryId: string, count: number): Promise<readonly string[]>;
}

const patienceMs = 10_000;

/** Remembers what became of each delivery, and tells `answered` and `handled` of it too. */
export const createJournal = (
  answered: (delivery: ObservedDelivery, outcome: Outcome, hint: string) => void,
  handled: (delivery: ObservedDelivery, event: WebhookEvent) => void = () => undefined,
): Journal => {
  const entries = new Map<string, JournalEntry>();
  const handledTypes = new Map<string, string[]>();
  const waiting = new Set<() => void>();
  const hints = new Map<string, string>();
  return {
    observer: {
      rejected: ({ id }, { hint }) => hints.set(id, hint),
      answered(delivery, outcome) {
        const hint = hints.get(delivery.id) ?? '';
        hints.delete(delivery.id);
        entries.set(delivery.id, { types: outcome.events.map(({ type }) => type), hint });
        forgetOldest(entries);
        answered(delivery, outcome, hint);
      },
      handled(delivery, event) {
        handledTypes.set(delivery.id, [...(handledTypes.get(delivery.id) ?? []), event.type]);
        forgetOldest(handledTypes);
        for (const look of [...waiting]) look();
        handled(delivery, event);
      },
    },
    entry(deliveryId) {
      const entry = entries.get(deliveryId);
      if (entry === undefined) throw new Error(`No delivery had the id ${deliveryId}.`);
      return entry;
    },
    handled: (deliveryId, count) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(handledTypes.get(deliveryId) ?? []);
        };
        const look = (): void => {
          if ((handledTypes.get(deliveryId)?.length ?? 0) >= count) end();
        };
        const timer = setTimeout(end, patienceMs);
        waiting.add(look);
        look();
      }),
  };
};

/** Only the latest is ever asked for, and a tour that is left running must not grow. */
const forgetOldest = (entries: Map<string, unknown>): void => {
  if (entries.size > 100) entries.delete(entries.keys().next().value ?? '');
};
