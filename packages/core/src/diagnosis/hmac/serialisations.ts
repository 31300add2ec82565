import { escapedUnit } from '../../rejection.ts';
import type { Allowance } from '../allowance.ts';
import { type BodyMeasure, costOf } from './measure-body.ts';

/**
 * JSON as the usual libraries write it, the most frequent first; those only that differ from what was received and from one another.
 * Of a body of more than some ten kilobytes not all are tried.
 */
export function* serialisations(
  value: unknown,
  received: string,
  measure: BodyMeasure,
  allowance: Allowance,
): Iterable<string> {
  const tried = [received];
  for (const text of waysToWrite(value, measure, allowance)) {
    if (tried.includes(text)) continue;
    tried.push(text);
    yield text;
  }
}

function* waysToWrite(value: unknown, measure: BodyMeasure, allowance: Allowance): Iterable<string> {
  yield* inOrder(value, measure, allowance);
  if (allowance.take(costOf.indenting(measure))) yield JSON.stringify(value, undefined, 4);
  if (allowance.take(costOf.sorting(measure))) yield* inOrder(sorted(value), measure, allowance);
}

function* inOrder(value: unknown, measure: BodyMeasure, allowance: Allowance): Iterable<string> {
  // why: nothing of what follows costs less.
  if (!allowance.take(costOf.writing(measure))) return;
  // JavaScript, Ruby, Java's Jackson.
  const compact = JSON.stringify(value);
  yield compact;
  if (allowance.take(costOf.escapingForeign(measure))) {
    const escapedText = ascii(compact);
    yield escapedText;
    // PHP's json_encode escapes slashes too.
    if (allowance.take(costOf.copying(measure))) yield escapedText.replaceAll('/', '\\/');
  }
  // Go's json.Encoder escapes what HTML knows, and ends with a line break.
  if (allowance.take(costOf.escapingHtml(measure))) yield `${compact.replace(/[<>&\u2028\u2029]/g, escapedUnit)}\n`;
  if (allowance.take(costOf.indenting(measure) + costOf.joiningLines(measure))) {
    // Python's json.dumps, without and with ensure_ascii.
    const spaced = onOneLine(JSON.stringify(value, undefined, 1));
    yield spaced;
    if (allowance.take(costOf.escapingForeign(measure))) yield ascii(spaced);
  }
  if (allowance.take(costOf.indenting(measure))) yield JSON.stringify(value, undefined, 2);
}

// why: a line break in JSON is always one between its parts; in a text it is escaped.
const onOneLine = (indented: string): string => indented.replace(/,\n */g, ', ').replace(/\n */g, '');

const ascii = (text: string): string => text.replace(/[\u0080-\uffff]/g, escapedUnit);

/** With the names of every object in order. What is nested too deeply for that ends the diagnosis. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, sorted(child)]),
  );
};
