import { createHash } from 'node:crypto';

/** What PostgreSQL's `text` cannot hold, and the character that escapes it: NUL, and halves of surrogate pairs. */
const unstorable = /[\\\0\p{Surrogate}]/gu;

/** Any string as PostgreSQL can keep it. A delivery must not be refused for a character in a name. */
export const encodeText = (value: string): string =>
  value.replace(unstorable, (character) => {
    if (character === '\\') return '\\\\';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

export const decodeText = (value: string): string =>
  value.replace(/\\(\\|u([0-9a-f]{4}))/g, (_all, escaped: string, code: string | undefined) =>
    code === undefined ? escaped : String.fromCharCode(Number.parseInt(code, 16)),
  );

/** A btree index refuses values of more than about 2700 bytes: longer ones are looked up by their hash. */
const maxIndexedCharacters = 500;
const maxIndexedIdCharacters = 100;

/** By what a value of any length is looked up. */
export const lookupKey = (value: string): string => {
  const encoded = encodeText(value);
  return encoded.length <= maxIndexedCharacters ? encoded : `sha256:${digest(encoded)}`;
};

/** By what the id of a subject is looked up: short, because it is in one index with the subject itself. */
export const subjectIdKey = (id: string): string => {
  const encoded = encodeText(id);
  return encoded.length <= maxIndexedIdCharacters ? encoded : `sha256:${digest(encoded)}`;
};

/** Delivery keys are only ever compared, never read back. */
export const digest = (value: string): string => createHash('sha256').update(value).digest('hex');
