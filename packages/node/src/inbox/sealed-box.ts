import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ConfigurationError } from '@mediahooks/core';
import { decryptionFailed } from './sealed-delivery.ts';

/** 32 bytes, as bytes or in base64; several while they are rotated: the first seals, all of them open. */
export type EncryptionKey = string | Uint8Array | readonly (string | Uint8Array)[];

/** Seals bytes so that they can be read, and changed unnoticed, by nobody without the key: AES-256-GCM (NIST SP 800-38D). */
export interface SealedBox {
  /** `context` is bound to the result: sealed under one, it opens under no other. */
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** @throws {WebhookError} `decryption-failed` for another key, another context, and bytes that were changed. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

interface Key {
  readonly id: Buffer;
  readonly bytes: Uint8Array;
}

/** Sealed bytes begin with this, the key's id and the nonce; they end with the tag. */
const formatVersion = 1;
const idLength = 8;
const nonceLength = 12;
const tagLength = 16;
const headLength = 1 + idLength + nonceLength;

/** @throws {ConfigurationError} `secret-missing` without a key, `option-invalid` for one that is not 32 bytes. */
export const createSealedBox = (key: EncryptionKey, owner: string): SealedBox => {
  const list: readonly (string | Uint8Array)[] = typeof key === 'string' || key instanceof Uint8Array ? [key] : key;
  const [current, ...previous] = Array.isArray(list) ? list.map((one) => readKey(one, owner)) : [];
  if (current === undefined) throw new ConfigurationError('secret-missing', `${owner}: option "key" is missing.`);
  const keys = [current, ...previous];

  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', current.bytes, nonce).setAAD(Buffer.from(context));
      const head = Buffer.concat([Buffer.of(formatVersion), current.id, nonce]);
      return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes.length < headLength + tagLength || bytes[0] !== formatVersion)
        throw decryptionFailed('It was not sealed by this release.');
      const id = bytes.subarray(1, 1 + idLength);
      const found = keys.find((one) => one.id.equals(id));
      if (found === undefined) throw decryptionFailed('The key it was sealed with is not among the configured ones.');
      const nonce = bytes.subarray(1 + idLength, headLength);
      const decipher = createDecipheriv('aes-256-gcm', found.bytes, nonce)
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-tagLength));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(headLength, -tagLength)), decipher.final()]);
      } catch (error) {
        throw decryptionFailed('It was changed since it was sealed.', error);
      }
    },
  };
};

const readKey = (key: unknown, owner: string): Key => {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : key;
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) {
    throw new ConfigurationError(
      'option-invalid',
      `${owner}: option "key" must be 32 bytes, or their base64. Make one with: openssl rand -base64 32`,
    );
  }
  // why: names the key without telling anything of it, so that a rotation finds the right one at once.
  const id = createHash('sha256').update('mediahooks key id').update(bytes).digest().subarray(0, idLength);
  return { id, bytes };
};
