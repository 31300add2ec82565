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

/** The strings that {@link redactPayload} would hide: to be taken out of texts that may quote them, like an error's message. */
export const redactedStrings = (value: unknown, names: readonly string[]): string[] => {
  const secret = new Set(names.map((name) => name.toLowerCase()));
  const found: string[] = [];
  const walk = (part: unknown, hidden: boolean): void => {
    if (typeof part === 'string') {
      if (hidden && part.length > 3) found.push(part);
    } else if (Array.isArray(part)) {
      for (const child of part) walk(child, hidden);
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, child] of Object.entries(part)) walk(child, hidden || secret.has(name.toLowerCase()));
    }
  };
  walk(value, false);
  return found.sort((a, b) => b.length - a.length);
};
