/** What stands in place of a secret. */
const hidden = '[redacted]';

/** Shorter ones are hardly secret, and taking them out would leave nothing readable. */
const minLength = 6;

export interface Secrets {
  add(secret: string | undefined): void;
  /** Takes every known secret out of a text: as it is, as JSON quotes it and as a URL carries it. */
  scrub(text: string): string;
}

/**
 * The last line of defence: no command prints a secret, and where one would by mistake, for example by quoting what was typed in the
 * wrong place, it goes no further than here.
 */
export const createSecrets = (): Secrets => {
  const forms = new Set<string>();
  return {
    add(secret) {
      if (secret === undefined || secret.length < minLength) return;
      for (const form of [
        secret,
        JSON.stringify(secret).slice(1, -1),
        new URLSearchParams({ secret }).toString().slice(7),
      ]) {
        forms.add(form);
      }
    },
    scrub: (text) =>
      [...forms].sort((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, hidden), text),
  };
};
