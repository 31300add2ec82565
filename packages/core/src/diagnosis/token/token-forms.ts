import type { RejectionCause } from '../is-cause.ts';
import { percentDecoded, unquoted } from '../secret-forms.ts';

/** A token that was sent, as it may have been meant. */
export interface TokenForm {
  readonly cause: RejectionCause;
  readonly text: string;
  /** For a hint: what is wrong with the one that was sent, and what to do. */
  readonly said: string;
}

/** Longer ones are no tokens, and taking them apart would take long. */
export const maxTokenLength = 4_096;

/** Mistakes in sending a token that can be undone; those only that change something. */
export const tokenForms = (given: string): readonly TokenForm[] => {
  if (given.length > maxTokenLength) return [];
  const trimmed = given.trim();
  const forms: readonly TokenForm[] = [
    {
      cause: 'token-whitespace',
      text: given.replace(/\s+/g, ''),
      said: 'but for white space in or around it. Take that away where the token is set at the platform.',
    },
    {
      cause: 'token-quoted',
      text: unquoted(trimmed).trim(),
      said: 'but for the quotation marks around it. Take them away where the token is set at the platform.',
    },
    {
      cause: 'token-scheme',
      text: withoutScheme(trimmed),
      said: 'but for a word before it, like Bearer. Only the token itself belongs there: take the word away at the platform.',
    },
    {
      cause: 'token-encoded',
      text: percentDecoded(given),
      said: 'but percent-encoded. It was encoded once too often, perhaps by the page it was typed into: give the platform the URL with the token encoded once.',
    },
    {
      cause: 'token-encoded',
      // why: in a query a + that is not encoded stands for a space.
      text: given.replaceAll(' ', '+'),
      said: 'but for a "+" that arrived as a space. In a URL it must be written %2B, or choose a token of letters and digits only.',
    },
  ];
  return forms.filter(({ text }) => text !== given && text !== '');
};

/** What follows `Bearer `, `Token `, `ApiKey: ` or the like. */
export const withoutScheme = (text: string): string =>
  /^[A-Za-z][A-Za-z-]{0,19}(?:\s+|\s*[:=]\s*)(\S+)$/.exec(text)?.[1] ?? text;
