import { equalBytes } from '#crypto';
import { formsOf, redacted } from '../redact.ts';

const encoder = new TextEncoder();

export interface TokenComparison {
  /** Whether the token is one of the secrets; every secret is compared, in constant time. */
  matches(token: string): boolean;
  scrub(text: string): string;
}

export const compareToken = (secrets: readonly string[]): TokenComparison => {
  const expected = secrets.map((secret) => encoder.encode(secret));
  return {
    matches(token) {
      const given = encoder.encode(token);
      let found = false;
      for (const secret of expected) found = equalBytes(given, secret) || found;
      return found;
    },
    scrub: scrubber(secrets),
  };
};

export const scrubber = (secrets: readonly string[]): ((text: string) => string) => {
  // why: the longest first, so that a secret that begins like another leaves no rest of that one behind.
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, redacted), text);
};
