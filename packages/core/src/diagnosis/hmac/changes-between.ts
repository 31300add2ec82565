/** Names what differs between two ways of writing the same JSON. */
export const changesBetween = (received: string, signed: string): readonly string[] => {
  const changes: string[] = [];
  const plain = [received, signed].map(withoutSpaces);
  if (spacesIn(received) !== spacesIn(signed)) changes.push('spaces');
  if (edges(received) !== edges(signed)) changes.push('white space around it');
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

/** Between the parts, not around the whole. */
const spacesIn = (text: string): number => text.trim().length - withoutSpaces(text.trim()).length;

/** The white space around the whole, but for a line break that ends it. */
const edges = (text: string): string => {
  const line = text.replace(/\r?\n$/, '');
  return `${line.slice(0, line.length - line.trimStart().length)}|${line.slice(line.trimEnd().length)}`;
};

const count = (text: string | undefined, pattern: RegExp): number => text?.match(pattern)?.length ?? 0;

const rewritten = (text: string): string => JSON.stringify(JSON.parse(text));
