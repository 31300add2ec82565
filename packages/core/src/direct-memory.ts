import type { Recognition } from './duplicate-keys.ts';

/** How many recognised deliveries, and how many subjects, are remembered of a source at most: the oldest are forgotten first. */
export const defaultMemoryEntries = 10_000;

export type Claim = 'duplicate' | 'in-progress' | 'new';

/** What direct handling remembers between deliveries, in this process only. Bounded. */
export interface DirectMemory {
  /** Takes the keys a delivery holds for handling, or says that another holds one it is recognised by. */
  claim(recognition: Recognition, now: number): Claim;
  /** The delivery was handled: the keys it holds are duplicates until `expiresAt`. */
  settle(heldKeys: readonly string[], expiresAt: number): void;
  /** The delivery failed: the same one may come again. */
  release(heldKeys: readonly string[]): void;
  /** Remembers a subject's state and gives the one before. */
  swapState(subject: string, state: unknown): unknown;
  /** Takes {@link swapState} back, unless another state has been remembered since. */
  restoreState(subject: string, state: unknown, previous: unknown): void;
  /** Whether a newer version of the subject has been handled. */
  isStale(subject: string, version: number | string): boolean;
  setVersion(subject: string, version: number | string): void;
}

/** The memory of a source. Each has its own, so that what one sends, or lets others send, makes nothing of another forgotten. */
export type MemoryOf = (source: string) => DirectMemory;

export const createMemoryOf = (maxEntries: number): MemoryOf => {
  const bySource = new Map<string, DirectMemory>();
  return (source) => {
    const known = bySource.get(source);
    if (known !== undefined) return known;
    const memory = createDirectMemory(maxEntries);
    bySource.set(source, memory);
    return memory;
  };
};

/** A delivery that is being handled, or was until it counts as a duplicate no longer. */
interface Claimed {
  readonly keys: readonly string[];
  expiresAt: number | undefined;
}

export const createDirectMemory = (maxEntries = defaultMemoryEntries): DirectMemory => {
  const claims = new Map<string, Claimed>();
  /** What was handled last, as a ring: `next` is the place of the oldest once it is full. */
  const settled: Claimed[] = [];
  let next = 0;
  const states = createBoundedMap<unknown>(maxEntries);
  const versions = createBoundedMap<number | string>(maxEntries);

  return {
    claim({ heldKeys, keys }, now) {
      for (const key of keys) {
        const claimed = claims.get(key);
        if (claimed === undefined) continue;
        if (claimed.expiresAt === undefined) return 'in-progress';
        if (claimed.expiresAt > now) return 'duplicate';
      }
      const claimed: Claimed = { keys: heldKeys, expiresAt: undefined };
      for (const key of heldKeys) claims.set(key, claimed);
      return 'new';
    },
    settle(heldKeys, expiresAt) {
      const [key] = heldKeys;
      const claimed = key === undefined ? undefined : claims.get(key);
      if (claimed === undefined) return;
      claimed.expiresAt = expiresAt;
      // why: counted by deliveries, not by keys: a delivery has up to two, and is forgotten whole.
      const oldest = settled[next];
      settled[next] = claimed;
      next = (next + 1) % maxEntries;
      for (const old of oldest?.keys ?? []) if (claims.get(old) === oldest) claims.delete(old);
    },
    release(heldKeys) {
      for (const key of heldKeys) claims.delete(key);
    },
    swapState(subject, state) {
      const previous = states.get(subject);
      states.renew(subject, state);
      return previous;
    },
    restoreState(subject, state, previous) {
      if (states.get(subject) !== state) return;
      if (previous === undefined) states.delete(subject);
      else states.replace(subject, previous);
    },
    isStale(subject, version) {
      const newest = versions.get(subject);
      return newest !== undefined && typeof newest === typeof version && version < newest;
    },
    setVersion(subject, version) {
      // why: NaN is neither older nor newer than anything, and would end the order of its subject.
      if (!Number.isNaN(version) && !this.isStale(subject, version)) versions.renew(subject, version);
    },
  };
};

interface BoundedMap<Value> {
  get(key: string): Value | undefined;
  /** As the newest entry; the oldest is forgotten where there is no place for both. */
  renew(key: string, value: Value): void;
  /** In the entry's old place. */
  replace(key: string, value: Value): void;
  delete(key: string): void;
}

const createBoundedMap = <Value>(maxEntries: number): BoundedMap<Value> => {
  const entries = new Map<string, Value>();
  // why: one iterator for good. A new one begins before the first entry there ever was, and walks over all that were deleted since.
  const oldestKey = entries.keys();
  return {
    get: (key) => entries.get(key),
    renew(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= maxEntries) return;
      const oldest = oldestKey.next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    replace: (key, value) => entries.set(key, value),
    delete: (key) => entries.delete(key),
  };
};
