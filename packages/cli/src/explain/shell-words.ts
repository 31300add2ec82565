import { CommandError } from '../command-error.ts';

/**
 * Takes a command apart as a POSIX shell does, and bash with its `$'…'`. Every character is one byte. Nothing is replaced or run:
 * `hasVariables` says where a shell would have done so.
 *
 * @throws {CommandError} `usage` for a quotation mark that is not closed.
 */
export const shellWords = (text: string): { readonly words: readonly string[]; readonly hasVariables: boolean } => {
  const words: string[] = [];
  let word: string | undefined;
  let hasVariables = false;
  let at = 0;
  const add = (piece: string): void => {
    word = (word ?? '') + piece;
  };
  const until = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null)
      throw new CommandError('usage', 'The command has a quotation mark that is not closed. Is it whole?');
    at = pattern.lastIndex;
    return found[1] ?? '';
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (char === "'") {
      at += 1;
      add(until(/([^']*)'/y));
    } else if (char === '$' && next === "'") {
      at += 2;
      add(ansiText(until(/((?:[^'\\]|\\[\s\S])*)'/y)));
    } else if (char === '"') {
      at += 1;
      const inner = until(/((?:[^"\\]|\\[\s\S])*)"/y);
      hasVariables ||= /(?:^|[^\\])(?:\\\\)*[$`]/.test(inner);
      add(inner.replace(/\\(?:([$`"\\])|\r?\n)/g, '$1'));
    } else if (char === '\\') {
      const newline = /\\\r?\n/y;
      newline.lastIndex = at;
      if (newline.test(text)) at = newline.lastIndex;
      else {
        add(next);
        at += 2;
      }
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else {
      hasVariables ||= char === '`' || (char === '$' && /[A-Za-z_{(]/.test(next));
      add(char);
      at += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, hasVariables };
};

const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The escapes of `$'…'` (bash's manual, section "ANSI-C Quoting"). */
const ansiText = (inner: string): string =>
  inner.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|([\s\S]))/g,
    (_whole, hex?: string, short?: string, long?: string, octal?: string, other = '') => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const code = short ?? long;
      if (code !== undefined) return utf8(Number.parseInt(code, 16));
      return simple[other] ?? (/['"\\?]/.test(other) ? other : `\\${other}`);
    },
  );

/** A character as its UTF-8 bytes, one character each. */
const utf8 = (code: number): string =>
  Buffer.from(String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd), 'utf8').toString('latin1');
