import { redacted } from '../redact.ts';
import { decodeField, fieldsNamed } from './form-fields.ts';
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
  const fields = fieldsNamed(text, names).map(({ from, to }) => text.slice(from, to));
  const texts = [
    ...pieces.flatMap(({ hidden, kind, says }) => (hidden && kind === 'value' ? [says] : [])),
    ...fields.flatMap((value) => [value, decodeField(value)]),
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
      return maskFields(scrub(masked.join('')), names);
    },
  };
};

/** A body that is no JSON may be a form; so may a text within one. */
const maskFields = (text: string, names: ReadonlySet<string>): string => {
  const parts: string[] = [];
  let reached = 0;
  for (const { from, to } of fieldsNamed(text, names)) {
    parts.push(text.slice(reached, from), redacted);
    reached = to;
  }
  return [...parts, text.slice(reached)].join('');
};
