import type { RejectionCause } from '../is-cause.ts';
import { secretForms } from '../secret-forms.ts';
import type { HmacScheme } from './hmac-scheme.ts';

/** Keys that may have been meant. */
export interface KeyForm {
  readonly cause: RejectionCause;
  readonly keys: readonly Uint8Array[];
  /** For a hint: ends a sentence about the signature. */
  readonly said: string;
}

const encoder = new TextEncoder();

/** Shorter ones are nobody's key. */
const minKeyBytes = 8;

/** Ways in which a platform may make its key of a secret, and mistakes in configuring it that can be undone. */
export function* keyForms({ secrets, keyBytes, decodesSecrets }: HmacScheme): Iterable<KeyForm> {
  const form = (cause: RejectionCause, said: string, keyOf: (secret: string) => Uint8Array | undefined): KeyForm => ({
    cause,
    said,
    keys: secrets.map(keyOf).filter((key): key is Uint8Array => key !== undefined && key.length >= minKeyBytes),
  });
  for (const { cause, said, texts } of secretForms(secrets)) {
    yield { cause, said: `matches, but ${said}`, keys: texts.map((text) => keyBytes(text)) };
  }
  if (decodesSecrets) {
    yield form(
      'secret-as-text',
      'is made with the secret as it is written, and "secretBytes" decodes it. Leave that option out.',
      (secret) => encoder.encode(secret),
    );
  }
  yield form(
    'secret-prefix',
    'is made with the secret without what stands before its underscore. This platform does not count the prefix: take it away.',
    (secret) => (withoutPrefix(secret) === secret ? undefined : keyBytes(withoutPrefix(secret))),
  );
  yield form(
    'secret-prefix',
    'is made with the secret with whsec_ before it. The prefix is part of the secret: configure it whole, as the platform shows it.',
    (secret) => (secret.startsWith('whsec_') ? undefined : keyBytes(`whsec_${secret}`)),
  );
  yield form(
    'secret-base64',
    'is made with the bytes that the secret stands for in base64. Give hmac the option "secretBytes" that decodes it.',
    (secret) => bytesOfBase64(withoutPrefix(secret)),
  );
  yield form(
    'secret-hex',
    'is made with the bytes that the secret stands for in hex. Give hmac the option "secretBytes" that decodes it.',
    (secret) => bytesOfHex(withoutPrefix(secret)),
  );
}

const withoutPrefix = (secret: string): string => secret.replace(/^[A-Za-z][A-Za-z0-9]{1,9}_/, '');

const bytesOfBase64 = (text: string): Uint8Array | undefined => {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]+$/.test(standard) || standard.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
};

const bytesOfHex = (text: string): Uint8Array | undefined => {
  const pairs = text.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(text) ? text.match(/../g) : null;
  return pairs === null ? undefined : Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
};
