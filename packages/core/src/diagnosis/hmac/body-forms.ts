import { parseJson } from '../../body/parse-json.ts';
import type { Allowance } from '../allowance.ts';
import type { RejectionCause } from '../causes.ts';
import { changesBetween } from './changes-between.ts';
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

/** What reading a body as JSON costs, in bytes hashed: measured. */
const parseCost = 7;
/** What decoding and encoding a text costs. */
const textCost = 2;

/** What a body may have been before something on its way changed it: the cheap and frequent ones first. */
export function* bodyForms(body: Uint8Array, allowance: Allowance): Iterable<BodyForm> {
  yield* lineEndForms(body);
  yield* byteForms(body, allowance);
  yield* jsonForms(body, allowance);
}

const altered = (what: string, body: Uint8Array): BodyForm => ({ cause: 'body-altered', body, changes: () => what });

function* lineEndForms(body: Uint8Array): Iterable<BodyForm> {
  const trimmed = withoutLineEnd(body);
  if (trimmed.length < body.length) yield altered('a line break at its end was added', trimmed);
  yield altered('the line break at its end was taken away', joined(trimmed, [newline]));
  if (!body.includes(newline)) return;
  const plain = body.filter((byte, index) => byte !== carriageReturn || body[index + 1] !== newline);
  if (plain.length < body.length) yield altered('its line breaks (LF) were made those of Windows (CRLF)', plain);
  else yield altered('its line breaks (CRLF) were made those of Unix (LF)', withCarriageReturns(body));
}

function* byteForms(body: Uint8Array, allowance: Allowance): Iterable<BodyForm> {
  if (byteOrderMark.every((byte, index) => body[index] === byte)) {
    yield altered('a byte order mark was put before it', body.subarray(byteOrderMark.length));
  } else {
    yield altered('the byte order mark before it was taken away', joined(Uint8Array.from(byteOrderMark), body));
  }
  if (body.some((byte) => byte >= 0x80) && allowance.take(body.length * textCost)) {
    const text = decodedUtf8(body);
    if (text === undefined) {
      yield altered('it was turned from UTF-8 into Latin-1', encoder.encode(latin1Text(body)));
    } else if (/^[^\u0100-\uffff]*$/.test(text)) {
      yield altered('it was taken for Latin-1 and turned into UTF-8 once more', latin1Bytes(text));
    }
  }
  const decoded = decodedBase64(body);
  if (decoded !== undefined) yield altered('it was put into base64', decoded);
}

function* jsonForms(body: Uint8Array, allowance: Allowance): Iterable<BodyForm> {
  if (!allowance.take(body.length * parseCost)) return;
  const parsed = parseJson(body);
  if (parsed.problem !== undefined) return;
  const received = decodedUtf8(body);
  if (received === undefined) return;
  const { value } = parsed;
  if (typeof value === 'string') {
    yield {
      cause: 'body-reserialised',
      body: encoder.encode(value),
      changes: () => 'the whole JSON was written as one text within JSON',
    };
    return;
  }
  for (const text of serialisations(value, received, allowance)) {
    yield {
      cause: 'body-reserialised',
      body: encoder.encode(text),
      changes: () => changesBetween(received, text).join(', '),
    };
  }
}

const withoutLineEnd = (body: Uint8Array): Uint8Array => {
  let end = body.length;
  while (end > 0 && (body[end - 1] === newline || body[end - 1] === carriageReturn)) end -= 1;
  return body.subarray(0, end);
};

const withCarriageReturns = (body: Uint8Array): Uint8Array => {
  let count = 0;
  for (const byte of body) if (byte === newline) count += 1;
  const result = new Uint8Array(body.length + count);
  let at = 0;
  for (const byte of body) {
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
  for (const byte of body) text += String.fromCharCode(byte);
  return text;
};

const latin1Bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const decodedBase64 = (body: Uint8Array): Uint8Array | undefined => {
  // why: JSON begins with a bracket, which no base64 has; nothing else of a body that is none is looked at.
  if (body.length === 0 || body.length % 4 !== 0 || body[0] === 0x7b || body[0] === 0x5b) return undefined;
  const text = latin1Text(body);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? latin1Bytes(atob(text)) : undefined;
};
