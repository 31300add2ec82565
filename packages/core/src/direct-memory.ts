import { digestOfText } from '#crypto';
import { isThenable, type MaybePromise, whenReady } from './crypto/types.ts';
import type { Recognition } from './duplicate-keys.ts';
import { createSettledKeys } from './settled-keys.ts';
import { createVersionTable } from './version-table.ts';

/** How many recognised deliveries, and how many subjects, are remembered of a source at most: the oldest are forgotten first. */
export const defaultMemoryEntries = 10_000;

export type Claim = 'duplicate' | 'in-progress' | 'new';

/** What direct handling remembers between deliveries, in this process only. Bounded. Of keys it takes digests, see {@link digested}. */
export interface DirectMemory {
  /** Takes the keys a delivery holds for handling, or says that another holds one it is recognised by. */
  claim(recognition: Recognition, now: number): Claim;
  /** The delivery was handled: the keys it holds, which it has claimed, are duplicates until `expiresAt`. */
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

/** Digests in the place of keys: no sender can make two with the same one. */
export const digested = ({ heldKeys, keys }: Recognition): MaybePromise<Recognition> =>
  whenReady(digestsOf(heldKeys), (held) =>
    keys === heldKeys
      ? { keys: held, heldKeys: held }
      : whenReady(digestsOf(keys), (all) => ({ keys: all, heldKeys: held })),
  );

const digestsOf = (keys: readonly string[]): MaybePromise<readonly string[]> => {
  const ready: string[] = [];
  const digests = keys.map(digestOfText);
  for (const digest of digests) {
    if (isThenable(digest)) return Promise.all(digests);
    ready.push(digest);
  }
  return ready;
};

export const createDirectMemory = (maxEntries = defaultMemoryEntries): DirectMemory => {
  /** Keys of deliveries that are being handled. */
  const claimed = new Set<string>();
  const settled = createSettledKeys(maxEntries);
  const states = createBoundedMap<unknown>(maxEntries);
  const versions = createVersionTable(maxEntries);
  /** Of subjects and versions that the table has no place for. A subject is in one of them. */
  const otherVersions = createBoundedMap<number | string>(maxEntries);

  const release = (heldKeys: readonly string[]): void => {
    for (const key of heldKeys) claimed.delete(key);
  };

  return {
    claim({ heldKeys, keys }, now) {
      for (const key of keys) {
        if (claimed.has(key)) return 'in-progress';
        if (settled.has(key, now)) return 'duplicate';
      }
      for (const key of heldKeys) claimed.add(key);
      return 'new';
    },
    settle(heldKeys, expiresAt) {
      release(heldKeys);
      settled.add(heldKeys, expiresAt);
    },
    release,
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
      const newest = versions.get(subject) ?? otherVersions.get(subject);
      return newest !== undefined && typeof newest === typeof version && version < newest;
    },
    setVersion(subject, version) {
      // why: NaN is neither older nor newer than anything, and would end the order of its subject.
      if (Number.isNaN(version) || this.isStale(subject, version)) return;
      if (typeof version === 'number' && versions.set(subject, version)) {
        otherVersions.delete(subject);
        return;
      }
      versions.delete(subject);
      otherVersions.renew(subject, version);
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
