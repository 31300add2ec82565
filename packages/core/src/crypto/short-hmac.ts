import { hash } from 'node:crypto';

/** Bodies to this length are short. */
export const shortBodyBytes = 4096;
/** What stands before a body has at most so many UTF-16 units to be short, and each of them at most three bytes. */
export const shortPrefixUnits = 1024;

export type ShortHmac = (prefix: string, body: Uint8Array) => Uint8Array;

/**
 * HMAC as RFC 2104 writes it down, H(key ^ opad, H(key ^ ipad, message)), by two hashes in one call each.
 *
 * why, where `createHmac` does the same: it makes an object inside and outside of the heap for each message, which for a small body
 * costs as much again as the hashing, and is garbage afterwards.
 *
 * The memory for a message is kept, and used again: nothing here waits, so no two messages are ever in it at once.
 */
export const createShortHmac = (name: 'sha256' | 'sha384' | 'sha512', secret: Uint8Array): ShortHmac => {
  const blockBytes = name === 'sha256' ? 64 : 128;
  const key = Buffer.alloc(blockBytes);
  key.set(secret.length > blockBytes ? hash(name, secret, 'buffer') : secret);
  const inner = Buffer.alloc(blockBytes + 3 * shortPrefixUnits + shortBodyBytes);
  const outer = Buffer.alloc(blockBytes + hash(name, '', 'buffer').length);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (prefix, body) => {
    const bodyAt = blockBytes + inner.write(prefix, blockBytes, 'utf8');
    inner.set(body, bodyAt);
    outer.write(hash(name, inner.subarray(0, bodyAt + body.length), 'binary'), blockBytes, 'binary');
    return Buffer.from(hash(name, outer, 'binary'), 'binary');
  };
};
