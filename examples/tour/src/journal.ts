import type { ObservedDelivery, Observer, Outcome } from '@mediahooks/core';

/** What the operator sees of a delivery, and its sender does not. */
export interface JournalEntry {
  readonly types: readonly string[];
  /** Why it was refused; empty where it was not. */
  readonly hint: string;
}

export interface Journal {
  readonly observer: Observer;
  /** @throws {Error} for an id that no delivery had. */
  entry(deliveryId: string): JournalEntry;
}

/** Remembers what became of each delivery, and tells `answered` of it too. */
export const createJournal = (
  answered: (delivery: ObservedDelivery, outcome: Outcome, hint: string) => void,
): Journal => {
  const entries = new Map<string, JournalEntry>();
  const hints = new Map<string, string>();
  return {
    observer: {
      rejected: ({ id }, { hint }) => hints.set(id, hint),
      answered(delivery, outcome) {
        const hint = hints.get(delivery.id) ?? '';
        hints.delete(delivery.id);
        entries.set(delivery.id, { types: outcome.events.map(({ type }) => type), hint });
        // why: only the latest is ever asked for, and a tour that is left running must not grow.
        if (entries.size > 100) entries.delete(entries.keys().next().value ?? '');
        answered(delivery, outcome, hint);
      },
    },
    entry(deliveryId) {
      const entry = entries.get(deliveryId);
      if (entry === undefined) throw new Error(`No delivery had the id ${deliveryId}.`);
      return entry;
    },
  };
};
