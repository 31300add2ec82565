/**
 * By which keys the deliveries that were handled last are recognised. Of a key it takes 128 bits of a digest, as a text of at least 16
 * characters that stand for a byte each.
 *
 * why not a map of texts: each would live just long enough for the garbage collector to move it to where it keeps what lives long, and
 * be dropped there. For a busy receiver that costs more than all looking up. Here a delivery leaves nothing to collect.
 */
export interface SettledKeys {
  /** Remembers the keys of a delivery. Beyond `maxDeliveries` the oldest is forgotten, with all of its keys. */
  add(digests: readonly string[], expiresAt: number): void;
  /** Whether a delivery with that key is remembered which has not expired. */
  has(digest: string, now: number): boolean;
}

/** There is room for so many keys and deliveries at first. It doubles where it is full; so it is always a power of two. */
const firstRoom = 64;
const wordsOfKey = 4;
const none = -1;

export const createSettledKeys = (maxDeliveries: number): SettledKeys => {
  // Two queues, both rings: keys, and how many of them belong to each delivery. What is in them is counted on from the first there was.
  let keyCounts = new Int32Array(firstRoom);
  let oldestDelivery = 0;
  let nextDelivery = 0;
  let words = new Int32Array(firstRoom * wordsOfKey);
  let expiries = new Float64Array(firstRoom);
  let oldestKey = 0;
  let nextKey = 0;
  // A hash table of the keys: the place of a bucket's newest key, and of the key in the same bucket that came before another.
  let buckets = new Int32Array(firstRoom).fill(none);
  let earlier = new Int32Array(firstRoom);

  const placeOf = (key: number): number => key & (expiries.length - 1);
  // why: the digest is as good as random, and so is each part of it.
  const bucketOf = (word: number): number => word & (buckets.length - 1);
  const wordAt = (place: number, index: number): number => words[place * wordsOfKey + index] ?? 0;

  const link = (place: number): void => {
    const bucket = bucketOf(wordAt(place, 0));
    earlier[place] = buckets[bucket] ?? none;
    buckets[bucket] = place;
  };

  const unlink = (place: number): void => {
    const bucket = bucketOf(wordAt(place, 0));
    let at = buckets[bucket] ?? none;
    if (at === place) {
      buckets[bucket] = earlier[place] ?? none;
      return;
    }
    while (earlier[at] !== place) at = earlier[at] ?? none;
    earlier[at] = earlier[place] ?? none;
  };

  const forgetOldest = (): void => {
    const count = keyCounts[oldestDelivery & (keyCounts.length - 1)] ?? 0;
    oldestDelivery += 1;
    for (const end = oldestKey + count; oldestKey < end; oldestKey += 1) unlink(placeOf(oldestKey));
  };

  const growDeliveries = (): void => {
    const before = keyCounts;
    keyCounts = new Int32Array(before.length * 2);
    for (let delivery = oldestDelivery; delivery < nextDelivery; delivery += 1) {
      keyCounts[delivery & (keyCounts.length - 1)] = before[delivery & (before.length - 1)] ?? 0;
    }
  };

  const growKeys = (): void => {
    const [wordsBefore, expiriesBefore] = [words, expiries];
    const room = expiriesBefore.length * 2;
    // why: all of them or none. Where memory is short, an array may be refused.
    const grown = [new Int32Array(room * wordsOfKey), new Int32Array(room).fill(none), new Int32Array(room)] as const;
    expiries = new Float64Array(room);
    [words, buckets, earlier] = grown;
    for (let key = oldestKey; key < nextKey; key += 1) {
      const before = key & (expiriesBefore.length - 1);
      const place = placeOf(key);
      words.set(wordsBefore.subarray(before * wordsOfKey, (before + 1) * wordsOfKey), place * wordsOfKey);
      expiries[place] = expiriesBefore[before] ?? 0;
      link(place);
    }
  };

  return {
    add(digests, expiresAt) {
      if (digests.length === 0) return;
      if (nextDelivery - oldestDelivery === maxDeliveries) forgetOldest();
      // why: room first, so that a delivery is counted with all of its keys, or not at all.
      if (nextDelivery - oldestDelivery === keyCounts.length) growDeliveries();
      while (nextKey - oldestKey + digests.length > expiries.length) growKeys();
      keyCounts[nextDelivery & (keyCounts.length - 1)] = digests.length;
      nextDelivery += 1;
      for (const digest of digests) {
        const place = placeOf(nextKey);
        nextKey += 1;
        for (let index = 0; index < wordsOfKey; index += 1) words[place * wordsOfKey + index] = wordOf(digest, index);
        expiries[place] = expiresAt;
        link(place);
      }
    },
    has(digest, now) {
      const first = wordOf(digest, 0);
      for (let place = buckets[bucketOf(first)] ?? none; place !== none; place = earlier[place] ?? none) {
        if (
          wordAt(place, 0) === first &&
          wordAt(place, 1) === wordOf(digest, 1) &&
          wordAt(place, 2) === wordOf(digest, 2) &&
          wordAt(place, 3) === wordOf(digest, 3) &&
          (expiries[place] ?? 0) > now
        ) {
          return true;
        }
      }
      return false;
    },
  };
};

/** Four bytes of a digest. */
const wordOf = (digest: string, index: number): number => {
  const at = index * 4;
  return (
    digest.charCodeAt(at) |
    (digest.charCodeAt(at + 1) << 8) |
    (digest.charCodeAt(at + 2) << 16) |
    (digest.charCodeAt(at + 3) << 24)
  );
};
