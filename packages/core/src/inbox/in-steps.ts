import type { Place } from './search.ts';

/** What one step of removing old deliveries has done. */
export interface PruneStep {
  readonly removed: number;
  /** Where to go on; `undefined` behind the last. */
  readonly next: Place | undefined;
}

/** Goes through old deliveries, those received first first, each step in a transaction of its own. Gives how many were removed. */
export const inSteps = async (step: (after: Place) => Promise<PruneStep>): Promise<number> => {
  let total = 0;
  for (let place: Place | undefined = { receivedAt: -1, seq: 0 }; place !== undefined; ) {
    const { next, removed }: PruneStep = await step(place);
    total += removed;
    place = next;
  }
  return total;
};

/** Removes until a step has found nothing more. Gives how many were removed. */
export const untilNone = async (step: () => Promise<number>): Promise<number> => {
  for (let total = 0; ; ) {
    const removed = await step();
    if (removed === 0) return total;
    total += removed;
  }
};
