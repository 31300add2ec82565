import type { RejectionCause } from './is-cause.ts';

/** A configured secret as it may have been meant. */
export interface SecretForm {
  readonly cause: RejectionCause;
  readonly texts: readonly string[];
  /** For a hint: what is wrong with the configured one, and what to do. */
  readonly said: string;
}

/** Mistakes in configuring a secret that can be undone. Each secret gives those forms only that differ from itself. */
export const secretForms = (secrets: readonly string[]): readonly SecretForm[] =>
  forms
    .map(({ cause, said, undo }) => ({
      cause,
      said,
      texts: secrets.flatMap((secret) => undo(secret).filter((text) => text !== secret && text !== '')),
    }))
    .filter(({ texts }) => texts.length > 0);

const forms: readonly {
  readonly cause: RejectionCause;
  readonly said: string;
  readonly undo: (secret: string) => readonly string[];
}[] = [
  {
    cause: 'secret-whitespace',
    said: 'the configured secret has white space at its beginning or end. Take it away: a file that a secret is read from often ends in a line break.',
    undo: (secret) => [secret.trim()],
  },
  {
    cause: 'secret-quoted',
    said: "the configured secret has quotation marks around it. Take them away: shells and .env files do, Docker's --env-file and many dashboards do not.",
    undo: (secret) => [unquoted(secret.trim())],
  },
  {
    cause: 'secret-percent-encoded',
    said: 'the configured secret is percent-encoded, as in a URL. Configure it as it was before it was put into the URL.',
    undo: (secret) => [percentDecoded(secret)],
  },
  {
    cause: 'secret-list-as-text',
    said: 'several secrets are configured as one text. Give them as a list: [current, previous].',
    undo: (secret) => {
      const parts = secret.split(/[\s,;]+/).map(unquoted);
      return parts.length > 1 ? parts.slice(0, maxParts) : [];
    },
  },
];

/** Of a text with very many separators. */
const maxParts = 4;

/** Without the quotation marks around it, if there are any. */
export const unquoted = (text: string): string => (/^(["'`]).+\1$/s.test(text) ? text.slice(1, -1) : text);

export const percentDecoded = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
