/**
 * Numbers by short texts: the newest version of each subject. Beyond `maxEntries` the one that was set longest ago is forgotten.
 *
 * why not a map of texts: see {@link SettledKeys}. What lives for as long as the next ten thousand deliveries makes V8 double its young
 * generation again and again, so that a busy process takes twice the memory.
 */
export interface VersionTable {
  get(subject: string): number | undefined;
  /** `false` where there is no place for such a subject: it is longer than 64 characters, or they are more than a byte each. */
  set(subject: string, version: number): boolean;
  delete(subject: string): void;
}

const slotBytes = 64;
/** There is room for so many at first. It doubles where it is full; so it is always a power of two. */
const firstRoom = 64;
const none = -1;

export const createVersionTable = (maxEntries: number): VersionTable => {
  // why: who does not know it cannot choose subjects that all have one hash.
  const seed = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
  let room = firstRoom;
  /** How many slots have ever been used; those that were given back are behind `free`. */
  let used = 0;
  let free = none;
  let texts = new Uint8Array(room * slotBytes);
  let lengths = new Uint8Array(room);
  let hashes = new Int32Array(room);
  let versions = new Float64Array(room);
  // A list of all, from the newest to the oldest.
  let newest = none;
  let oldest = none;
  let newer = new Int32Array(room);
  let older = new Int32Array(room);
  // A hash table: the first slot of a bucket, and the one behind another in the same bucket.
  let buckets = new Int32Array(room).fill(none);
  let behind = new Int32Array(room);

  /** FNV-1a; `undefined` where the text does not fit into a slot. */
  const hashOf = (text: string): number | undefined => {
    if (text.length > slotBytes) return undefined;
    let hash = seed;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0xff) return undefined;
      hash = Math.imul(hash ^ unit, 0x0100_0193);
    }
    return hash ^ (hash >>> 15);
  };

  const isAt = (slot: number, text: string): boolean => {
    if (lengths[slot] !== text.length) return false;
    const at = slot * slotBytes;
    for (let index = 0; index < text.length; index += 1) {
      if (texts[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  };

  const find = (text: string, hash: number): number => {
    let slot = buckets[hash & (room - 1)] ?? none;
    while (slot !== none && !(hashes[slot] === hash && isAt(slot, text))) slot = behind[slot] ?? none;
    return slot;
  };

  const linkBucket = (slot: number): void => {
    const bucket = (hashes[slot] ?? 0) & (room - 1);
    behind[slot] = buckets[bucket] ?? none;
    buckets[bucket] = slot;
  };

  const unlinkBucket = (slot: number): void => {
    const bucket = (hashes[slot] ?? 0) & (room - 1);
    let at = buckets[bucket] ?? none;
    if (at === slot) {
      buckets[bucket] = behind[slot] ?? none;
      return;
    }
    while (behind[at] !== slot) at = behind[at] ?? none;
    behind[at] = behind[slot] ?? none;
  };

  const linkNewest = (slot: number): void => {
    newer[slot] = none;
    older[slot] = newest;
    if (newest === none) oldest = slot;
    else newer[newest] = slot;
    newest = slot;
  };

  const unlink = (slot: number): void => {
    const [before, after] = [newer[slot] ?? none, older[slot] ?? none];
    if (before === none) newest = after;
    else older[before] = after;
    if (after === none) oldest = before;
    else newer[after] = before;
  };

  const remove = (slot: number): void => {
    unlinkBucket(slot);
    unlink(slot);
    older[slot] = free;
    free = slot;
  };

  const grow = (): void => {
    const doubled = room * 2;
    // why all before any is in its place: where memory is refused, the table stays as it was.
    const grown = {
      texts: new Uint8Array(doubled * slotBytes),
      lengths: new Uint8Array(doubled),
      hashes: new Int32Array(doubled),
      versions: new Float64Array(doubled),
      newer: new Int32Array(doubled),
      older: new Int32Array(doubled),
      buckets: new Int32Array(doubled).fill(none),
      behind: new Int32Array(doubled),
    };
    grown.texts.set(texts);
    grown.lengths.set(lengths);
    grown.hashes.set(hashes);
    grown.versions.set(versions);
    grown.newer.set(newer);
    grown.older.set(older);
    ({ behind, buckets, hashes, lengths, newer, older, texts, versions } = grown);
    room = doubled;
    // why all: it grows only where every slot is used.
    for (let slot = 0; slot < used; slot += 1) linkBucket(slot);
  };

  /** A slot that nothing is in. */
  const takeSlot = (): number => {
    if (free === none && used === maxEntries) remove(oldest);
    if (free !== none) {
      const slot = free;
      free = older[slot] ?? none;
      return slot;
    }
    if (used === room) grow();
    used += 1;
    return used - 1;
  };

  return {
    get(subject) {
      const hash = hashOf(subject);
      const slot = hash === undefined ? none : find(subject, hash);
      return slot === none ? undefined : versions[slot];
    },
    set(subject, version) {
      const hash = hashOf(subject);
      if (hash === undefined) return false;
      let slot = find(subject, hash);
      if (slot === none) {
        slot = takeSlot();
        for (let index = 0; index < subject.length; index += 1) {
          texts[slot * slotBytes + index] = subject.charCodeAt(index);
        }
        lengths[slot] = subject.length;
        hashes[slot] = hash;
        linkBucket(slot);
      } else unlink(slot);
      versions[slot] = version;
      linkNewest(slot);
      return true;
    },
    delete(subject) {
      const hash = hashOf(subject);
      const slot = hash === undefined ? none : find(subject, hash);
      if (slot !== none) remove(slot);
    },
  };
};
