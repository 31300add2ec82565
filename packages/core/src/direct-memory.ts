/** How many recognised deliveries, and how many subjects, are remembered at most: the oldest are forgotten first. */
export const defaultMemoryEntries = 10_000;

export type Claim = 'duplicate' | 'in-progress' | 'new';

/** What direct handling remembers between deliveries, in this process only. Bounded. */
export interface DirectMemory {
  /** Takes a delivery's keys for handling, or says that another has them. */
  claim(keys: readonly string[], now: number): Claim;
  /** The delivery was handled: its keys are duplicates until `expiresAt`. */
  settle(keys: readonly string[], expiresAt: number): void;
  /** The delivery failed: the same one may come again. */
  release(keys: readonly string[]): void;
  /** Remembers a subject's state and gives the one before. */
  swapState(subject: string, state: unknown): unknown;
  /** Whether a newer version of the subject has been handled. */
  isStale(subject: string, version: number | string): boolean;
  setVersion(subject: string, version: number | string): void;
}

export const createDirectMemory = (maxEntries = defaultMemoryEntries): DirectMemory => {
  const inProgress = new Set<string>();
  const settled = new Map<string, number>();
  const states = new Map<string, unknown>();
  const versions = new Map<string, number | string>();

  const remember = <Value>(map: Map<string, Value>, key: string, value: Value): void => {
    map.delete(key);
    map.set(key, value);
    if (map.size <= maxEntries) return;
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  };

  return {
    claim(keys, now) {
      for (const key of keys) {
        const expiresAt = settled.get(key);
        if (expiresAt !== undefined && expiresAt > now) return 'duplicate';
        if (inProgress.has(key)) return 'in-progress';
      }
      for (const key of keys) inProgress.add(key);
      return 'new';
    },
    settle(keys, expiresAt) {
      for (const key of keys) {
        inProgress.delete(key);
        remember(settled, key, expiresAt);
      }
    },
    release(keys) {
      for (const key of keys) inProgress.delete(key);
    },
    swapState(subject, state) {
      const previous = states.get(subject);
      remember(states, subject, state);
      return previous;
    },
    isStale(subject, version) {
      const newest = versions.get(subject);
      return newest !== undefined && typeof newest === typeof version && version < newest;
    },
    setVersion(subject, version) {
      if (!this.isStale(subject, version)) remember(versions, subject, version);
    },
  };
};
