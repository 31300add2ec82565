import type { Allowance } from '../allowance.ts';

/** What writing JSON costs, in bytes hashed: measured. */
const writeCost = 5;
/** The same with indents, which are then put in order. */
const indentedCost = 12;

/**
 * JSON as the usual libraries write it, the most frequent first; those only that differ from what was received and from one another.
 * Of a body of more than some fifty kilobytes not all are tried.
 */
export function* serialisations(value: unknown, received: string, allowance: Allowance): Iterable<string> {
  const tried = [received];
  const isNew = (text: string): boolean => {
    if (tried.includes(text)) return false;
    tried.push(text);
    return true;
  };
  const size = received.length;
  const write = (one: unknown, cost: number, ...writers: readonly ((one: unknown) => string)[]): readonly string[] =>
    writers
      .filter(() => allowance.take(size * cost))
      .map((writer) => writer(one))
      .filter(isNew);

  yield* write(value, writeCost, compact);
  yield* write(value, writeCost, phpJson, asciiCompact, goJson);
  yield* write(value, indentedCost, pythonJson, spaced, indentedBy(2), indentedBy(4));
  if (!allowance.take(size * writeCost)) return;
  const ordered = sorted(value);
  yield* write(ordered, writeCost, compact, asciiCompact, goJson);
  yield* write(ordered, indentedCost, pythonJson, spaced, indentedBy(2));
}

/** JavaScript's, Ruby's and Jackson's. */
const compact = (value: unknown): string => JSON.stringify(value);

const asciiCompact = (value: unknown): string => ascii(JSON.stringify(value));

/** PHP's json_encode: in ASCII, and with slashes escaped. */
const phpJson = (value: unknown): string => asciiCompact(value).replaceAll('/', '\\/');

/** Go's json.Encoder: what HTML knows is escaped, and a line break ends it. */
const goJson = (value: unknown): string => `${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped)}\n`;

/** Python's json.dumps(value, ensure_ascii=False). */
const spaced = (value: unknown): string =>
  // why: a line break in JSON is always one between its parts; in a text it is escaped.
  JSON.stringify(value, undefined, 1).replace(/,\n */g, ', ').replace(/\n */g, '');

/** Python's json.dumps(value). */
const pythonJson = (value: unknown): string => ascii(spaced(value));

const indentedBy =
  (spaces: number) =>
  (value: unknown): string =>
    JSON.stringify(value, undefined, spaces);

const ascii = (text: string): string => text.replace(/[\u0080-\uffff]/g, escaped);

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** With the names of every object in order. Depth is bounded where the body was parsed. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, sorted(child)]),
  );
};
