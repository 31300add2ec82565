/** Puts the chunks of a body together as they come. */
export interface ByteCollector {
  /** How many bytes there are so far. */
  readonly length: number;
  /** `false` where that would be more bytes than allowed; nothing of the chunk is taken then. */
  add(chunk: Uint8Array): boolean;
  /** All bytes so far, in one piece. */
  bytes(): Uint8Array;
}

/** The first piece of memory for a body in several chunks; each one after has twice the room. */
const firstRoomBytes = 4_096;

/**
 * Copies each chunk into one piece of memory and lets go of it. Kept in a list, chunks of one byte would take some five hundred bytes
 * each, and a body of 1 MiB half a gigabyte, from a sender who has proven nothing yet.
 */
export const createByteCollector = (maxBytes: number): ByteCollector => {
  let room: Uint8Array | undefined;
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(chunk) {
      const needed = length + chunk.length;
      if (needed > maxBytes) return false;
      if (length === 0 && chunk.length > 0) {
        // why: most bodies come in one chunk. Nothing is written into it: it has no room left.
        room = chunk;
      } else if (room !== undefined && chunk.length > 0) {
        if (needed > room.length) {
          const larger = new Uint8Array(Math.min(maxBytes, Math.max(firstRoomBytes, needed * 2)));
          larger.set(room.subarray(0, length));
          room = larger;
        }
        room.set(chunk, length);
      }
      length = needed;
      return true;
    },
    bytes() {
      if (room === undefined) return new Uint8Array(0);
      return room.length === length ? room : room.slice(0, length);
    },
  };
};
