import type { JsonValue } from '@mediahooks/testing';
import { CommandError } from '../command-error.ts';
import type { Platform } from '../platforms/platform.ts';

/** One `--set path=value`. */
export interface PayloadEdit {
  readonly path: readonly string[];
  /** Whether the path begins at the body instead of the payload. */
  readonly inBody: boolean;
  readonly text: string;
}

/** @throws {CommandError} `usage` */
export const readEdit = (given: string): PayloadEdit => {
  const [, whole = '', text = ''] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  const names = whole.split('.');
  if (whole === '' || names.includes('')) {
    throw new CommandError(
      'usage',
      `--set must be <path>=<value>, like --set title=Hello or --set src.hls.0.name=high.`,
    );
  }
  const [first = '', ...rest] = names;
  if (rest.length === 0 || (first !== 'payload' && first !== 'body')) return { path: names, inBody: false, text };
  return { path: rest, inBody: first === 'body', text };
};

/** A copy of a body with all edits made. `{n}` in a value is the delivery's number. */
export const applyEdits = (body: JsonValue, edits: readonly PayloadEdit[], platform: Platform, n: number): JsonValue =>
  edits.reduce<JsonValue>((edited, { inBody, path, text }) => {
    const value = readValue(text.replaceAll('{n}', String(n)));
    const bases = inBody ? [[]] : platform.payloadPaths(edited);
    return bases.reduce<JsonValue>((one, base) => setAt(one, [...base, ...path], value), edited);
  }, body);

/** JSON where it is JSON, else the text itself. */
const readValue = (text: string): JsonValue => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const setAt = (given: JsonValue, [name, ...rest]: readonly string[], value: JsonValue): JsonValue => {
  if (name === undefined) return value;
  // why: what is not there yet becomes a list where its first item is named.
  const target = name === '0' && (typeof given !== 'object' || given === null) ? [] : given;
  if (isList(target)) {
    const index = /^[0-9]{1,4}$/.test(name) ? Number(name) : Number.NaN;
    if (!(index <= target.length)) {
      throw new CommandError('usage', `--set: ${JSON.stringify(name)} is no place in a list of ${target.length}.`);
    }
    return Object.assign([...target], { [index]: setAt(target[index] ?? null, rest, value) });
  }
  const fields = typeof target === 'object' && target !== null ? target : {};
  const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
  // why: a computed name makes a field of its own, also for "__proto__".
  return { ...fields, [name]: setAt(known ?? null, rest, value) };
};

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
