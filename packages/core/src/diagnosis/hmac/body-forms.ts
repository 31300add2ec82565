import type { Allowance } from '../allowance.ts';
import type { RejectionCause } from '../is-cause.ts';
import { changesBetween } from './changes-between.ts';
import { type BodyMeasure, costOf, measureBody } from './measure-body.ts';
import { serialisations } from './serialisations.ts';

/** A body as it may have been signed. */
export interface BodyForm {
  readonly cause: RejectionCause;
  readonly body: Uint8Array;
  /** What has been changed on the way, for a hint. Called only where the form is the one. */
  readonly changes: () => string;
}

const encoder = new TextEncoder();
const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

const altered = (what: string, body: Uint8Array): BodyForm => ({ cause: 'body-altered', body, changes: () => what });

/** The line break at the end of the body, and white space around it: the cheapest to try, and the most frequent. */
export function* edgeForms(body: Uint8Array): Iterable<BodyForm> {
  const trimmed = withoutLineEnd(body);
  if (trimmed.length < body.length) yield altered('a line break at its end was added', trimmed);
  yield altered('the line break at its end was taken away', joined(trimmed, [newline]));
  const start = body.findIndex((byte) => !isSpace(byte));
  const end = body.findLastIndex((byte) => !isSpace(byte)) + 1;
  // why: before the forms of JSON, which would name a way of writing it that nothing has changed.
  if (end > 0 && end < trimmed.length) yield altered('white space at its end was added', body.subarray(0, end));
  if (start > 0) yield altered('white space before it was added', body.subarray(start));
  if (start > 0 && end < body.length) {
    yield altered('white space before it and at its end was added', body.subarray(start, end));
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === newline || byte === carriageReturn;

/** What a body may have been before something on its way wrote it anew, or turned it into other bytes: the frequent ones first. */
export function* bodyForms(body: Uint8Array, allowance: Allowance): Iterable<BodyForm> {
  if (!allowance.take(costOf.measuring(body.length))) return;
  const measure = measureBody(body);
  const json = jsonForms(body, measure, allowance)[Symbol.iterator]();
  const compact = json.next();
  if (!compact.done) yield compact.value;
  yield* byteForms(body, measure, allowance);
  for (let next = json.next(); !next.done; next = json.next()) yield next.value;
}

function* byteForms(body: Uint8Array, measure: BodyMeasure, allowance: Allowance): Iterable<BodyForm> {
  if (byteOrderMark.every((byte, index) => body[index] === byte)) {
    yield altered('a byte order mark was put before it', body.subarray(byteOrderMark.length));
  } else {
    yield altered('the byte order mark before it was taken away', joined(Uint8Array.from(byteOrderMark), body));
  }
  if (measure.newlines > 0 && allowance.take(costOf.copyingByteByByte(measure))) {
    const plain = withoutCarriageReturns(body);
    if (plain.length < body.length) yield altered('its line breaks (LF) were made those of Windows (CRLF)', plain);
    else yield altered('its line breaks (CRLF) were made those of Unix (LF)', withCarriageReturns(body, measure));
  }
  if (measure.foreign > 0 && allowance.take(costOf.decoding(measure))) {
    const text = decodedUtf8(body);
    if (text === undefined && allowance.take(costOf.readingAsLatin1(measure))) {
      yield altered('it was turned from UTF-8 into Latin-1', encoder.encode(latin1Text(body)));
    } else if (
      text !== undefined &&
      /^[^\u0100-\uffff]*$/.test(text) &&
      allowance.take(costOf.readingAsLatin1(measure))
    ) {
      yield altered('it was taken for Latin-1 and turned into UTF-8 once more', latin1Bytes(text));
    }
  }
  const isJson = body[0] === 0x7b || body[0] === 0x5b;
  if (isJson || body.length === 0 || body.length % 4 !== 0 || !allowance.take(costOf.readingAsLatin1(measure))) return;
  const decoded = decodedBase64(body);
  if (decoded !== undefined) yield altered('it was put into base64', decoded);
}

function* jsonForms(body: Uint8Array, measure: BodyMeasure, allowance: Allowance): Iterable<BodyForm> {
  if (!allowance.take(costOf.decoding(measure) + costOf.parsing(measure))) return;
  const received = decodedUtf8(body);
  const value = received === undefined ? undefined : parsed(received);
  if (received === undefined || value === undefined) return;
  if (typeof value === 'string') {
    yield {
      cause: 'body-reserialised',
      body: encoder.encode(value),
      changes: () => 'the whole JSON was written as one text within JSON',
    };
    return;
  }
  for (const text of serialisations(value, received, measure, allowance)) {
    yield {
      cause: 'body-reserialised',
      body: encoder.encode(text),
      changes: () => changesBetween(received, text).join(', '),
    };
  }
}

/** Not by the pipeline's parser: how deep it is nested takes time to find out, and is no matter here. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const withoutLineEnd = (body: Uint8Array): Uint8Array => {
  let end = body.length;
  while (end > 0 && (body[end - 1] === newline || body[end - 1] === carriageReturn)) end -= 1;
  return body.subarray(0, end);
};

const withoutCarriageReturns = (body: Uint8Array): Uint8Array => {
  const result = new Uint8Array(body.length);
  let at = 0;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (byte === carriageReturn && body[index + 1] === newline) continue;
    result[at] = byte;
    at += 1;
  }
  return result.subarray(0, at);
};

const withCarriageReturns = (body: Uint8Array, { newlines }: BodyMeasure): Uint8Array => {
  const result = new Uint8Array(body.length + newlines);
  let at = 0;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (byte === newline) {
      result[at] = carriageReturn;
      at += 1;
    }
    result[at] = byte;
    at += 1;
  }
  return result;
};

const joined = (first: Uint8Array, second: ArrayLike<number>): Uint8Array => {
  const result = new Uint8Array(first.length + second.length);
  result.set(first);
  result.set(second, first.length);
  return result;
};

const decodedUtf8 = (body: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
};

// why: TextDecoder's "latin1" is windows-1252, which has other characters in the middle.
const latin1Text = (body: Uint8Array): string => {
  let text = '';
  for (let index = 0; index < body.length; index += 1) text += String.fromCharCode(body[index] ?? 0);
  return text;
};

const latin1Bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const decodedBase64 = (body: Uint8Array): Uint8Array | undefined => {
  const text = latin1Text(body);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? latin1Bytes(atob(text)) : undefined;
};
