/** What stands in place of a redacted value. */
export const redacted = '[redacted]';

/** A deep copy of a JSON value in which every field with one of the names, at any depth and in any case, is redacted. */
export const redactPayload = (value: unknown, names: readonly string[]): unknown => {
  if (names.length === 0) return value;
  const secret = new Set(names.map((name) => name.toLowerCase()));
  const copy = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, child]) => [name, secret.has(name.toLowerCase()) ? redacted : copy(child)]),
    );
  };
  return copy(value);
};

/** Takes what {@link redactPayload} would hide out of texts that may quote it, like an error's message. */
export const payloadScrubber = (value: unknown, names: readonly string[]): ((text: string) => string) => {
  const hidden = names.length === 0 ? [] : redactedTexts(value, names);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
};

const redactedTexts = (value: unknown, names: readonly string[]): string[] => {
  const secret = new Set(names.map((name) => name.toLowerCase()));
  const found = new Set<string>();
  // why: what a schema makes of a payload need not be a tree any more.
  const seen = new Set<object>();
  const walk = (part: unknown, hidden: boolean): void => {
    if (typeof part === 'string' || typeof part === 'number') {
      // why: shorter ones are hardly secret, and taking them out would leave nothing of a message.
      if (hidden && String(part).length > 3) for (const form of formsOf(String(part))) found.add(form);
    } else if (typeof part === 'object' && part !== null && !seen.has(part)) {
      seen.add(part);
      for (const [name, child] of Object.entries(part)) walk(child, hidden || secret.has(name.toLowerCase()));
    }
  };
  walk(value, false);
  return [...found].sort((a, b) => b.length - a.length);
};

/** A text as it is, as JSON quotes it and as a URL carries it. */
export const formsOf = (text: string): string[] => [
  ...new Set([text, JSON.stringify(text).slice(1, -1), percentEncoded(text)]),
];

export const percentEncoded = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    // why: half a surrogate pair has no percent-encoding.
    return text;
  }
};
