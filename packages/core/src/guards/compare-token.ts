import { equalBytes } from '#crypto';

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

export const scrubber =
  (secrets: readonly string[]) =>
  (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
