/** Names what differs between two ways of writing the same JSON. */
export const changesBetween = (received: string, signed: string): readonly string[] => {
  const changes: string[] = [];
  const plain = [received, signed].map(withoutSpaces);
  if (spacesIn(received) !== spacesIn(signed)) changes.push('spaces');
  if (/\n$/.test(received) !== /\n$/.test(signed)) changes.push('the line break at its end');
  if (count(plain[0], /\\u[0-9a-fA-F]{4}/g) !== count(plain[1], /\\u[0-9a-fA-F]{4}/g)) changes.push('unicode escapes');
  if (count(plain[0], /\\\//g) !== count(plain[1], /\\\//g)) changes.push('escaped slashes');
  if (rewritten(received) !== rewritten(signed)) changes.push('key order');
  // why: a number like 1.0 or 1e3 is written in more than one way.
  return changes.length === 0 ? ['how numbers or characters are written'] : changes;
};

const strings = /("(?:[^"\\]|\\.)*")|\s+/g;

const withoutSpaces = (text: string): string =>
  text.replace(strings, (_match, string: string | undefined) => string ?? '');

/** Between the parts, not at the end. */
const spacesIn = (text: string): number => text.trimEnd().length - withoutSpaces(text.trimEnd()).length;

const count = (text: string | undefined, pattern: RegExp): number => text?.match(pattern)?.length ?? 0;

const rewritten = (text: string): string => JSON.stringify(JSON.parse(text));
