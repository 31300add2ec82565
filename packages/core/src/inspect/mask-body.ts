import { redacted } from '../redact.ts';
import { readPieces } from './json-text.ts';

/** Values that must not be shown, and the body that holds them. */
export interface BodySecrets {
  /** What fields with one of the names hold: to be hidden wherever else it occurs. */
  readonly texts: readonly string[];
  /** The body with those fields redacted, and everything else scrubbed; its other bytes as they are. */
  mask(scrub: (text: string) => string): string;
}

/** Shorter texts are hardly secret, and hiding them wherever they occur would leave nothing. */
export const minSecretLength = 4;

/** Reads a body of whatever form, as text. `names` in lower case. */
export const readBodySecrets = (text: string, names: ReadonlySet<string>): BodySecrets => {
  const pieces = readPieces(text, names);
  const fields = [...text.matchAll(formField)].filter(([, name = '']) => names.has(name.toLowerCase()));
  const texts = [
    ...pieces.flatMap(({ hidden, kind, says }) => (hidden && kind === 'value' ? [says] : [])),
    ...fields.map(([, , value = '']) => value),
  ];
  return {
    texts: [...new Set(texts)].filter(({ length }) => length >= minSecretLength),
    mask(scrub) {
      const masked = pieces.map((piece) => {
        if (piece.hidden && piece.kind === 'value') return JSON.stringify(redacted);
        if (!piece.text.startsWith('"')) return piece.text;
        // why: by what it says, because a secret may be written in it with escapes.
        const scrubbed = scrub(piece.says);
        return scrubbed === piece.says ? piece.text : JSON.stringify(scrubbed);
      });
      const joined = scrub(masked.join(''));
      if (fields.length === 0) return joined;
      return joined.replace(formField, (all, name: string) =>
        names.has(name.toLowerCase()) ? `${name}=${redacted}` : all,
      );
    },
  };
};

/**
 * As forms and logs write fields: a body that is no JSON may be such.
 *
 * why it looks behind itself: begun at every character of a long word, it would look at a hundred characters for each.
 */
const formField = /(?<![\w.-])([\w.-]{1,100})=([^&;\s"]*)/g;
