import { CommandError } from '../command-error.ts';
import { readBytesFile } from '../read-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { binaryOf, bytesOf, type CapturedRequest, headerValue } from './captured-request.ts';
import { shellWords } from './shell-words.ts';

/** Short options with a value, by the long one they stand for. */
const shortOptions: Readonly<Record<string, string>> = {
  A: 'user-agent',
  b: 'cookie',
  d: 'data',
  e: 'referer',
  F: 'form',
  H: 'header',
  m: 'max-time',
  o: 'output',
  T: 'upload-file',
  u: 'user',
  w: 'write-out',
  x: 'proxy',
  X: 'request',
};

/** Options with a value, beside those above. */
const longOptions: ReadonlySet<string> = new Set([
  ...Object.values(shortOptions),
  'cacert',
  'cert',
  'connect-timeout',
  'data-ascii',
  'data-binary',
  'data-raw',
  'data-urlencode',
  'form-string',
  'json',
  'key',
  'max-redirs',
  'resolve',
  'retry',
  'url',
]);

export const isCurlCommand = (binary: string): boolean => /^\s*(?:[$>#]\s+)?curl(?:\.exe)?\s/.test(binary);

/**
 * The request that a `curl` command sends, as browsers and request inspectors copy it. Files that it names (`--data-binary @body.json`)
 * are read.
 *
 * @throws {CommandError} `usage`, `file-unreadable`
 */
export const readCurlCommand = (binary: string, terminal: Pick<Terminal, 'directory'>): CapturedRequest => {
  if (/\^"|\^\r?\n/.test(binary)) {
    throw new CommandError(
      'usage',
      'The command is written for the command prompt of Windows. Copy it "as cURL (bash)".',
    );
  }
  const { hasVariables, words } = shellWords(binary.replace(/^\s*[$>#]\s+/, ''));
  const { given, urls } = sortOut(words.slice(1));
  const values = (...names: readonly string[]): readonly string[] =>
    given.flatMap(([name, value]) => (names.includes(name) ? [value] : []));
  const last = (name: string): string | undefined => values(name).at(-1);
  if (values('form', 'form-string', 'upload-file').length > 0) {
    throw new CommandError('usage', 'The command sends a form or a file (-F, -T), and no platform does so.');
  }
  const url = parseUrl(last('url') ?? urls[0]);
  const pieces = given.flatMap(([name, value]) => dataOf(name, value, terminal));
  const isJson = values('json').length > 0;
  const body = pieces.join(isJson ? '' : '&');
  const asQuery = given.some(([name]) => name === 'get' || name === 'G');
  const hasBody = pieces.length > 0 && !asQuery;
  const query = asQuery && body !== '' ? `${url.search === '' ? '?' : `${url.search}&`}${body}` : url.search;
  const method =
    last('request') ?? (given.some(([name]) => name === 'I' || name === 'head') ? 'HEAD' : hasBody ? 'POST' : 'GET');
  return {
    format: 'curl',
    method,
    target: `${url.pathname}${query}`,
    headerLines: headersOf(values('header'), { hasBody, isJson, body, user: last('user'), host: url.host }),
    body: bytesOf(hasBody ? body : ''),
    notes: hasVariables
      ? ['The command has variables or commands ($…, `…`) that a shell would replace; here they stay as they stand.']
      : [],
  };
};

type GivenOption = readonly [name: string, value: string];

const sortOut = (
  words: readonly string[],
): { readonly given: readonly GivenOption[]; readonly urls: readonly string[] } => {
  const given: GivenOption[] = [];
  const urls: string[] = [];
  const rest = [...words];
  const value = (name: string): string => {
    const found = rest.shift();
    if (found === undefined) throw new CommandError('usage', `The command ends after ${name}. Is it whole?`);
    return found;
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--')) {
      const [name = '', attached] = splitOnce(word.slice(2));
      given.push([name, longOptions.has(name) ? (attached ?? value(`--${name}`)) : '']);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at += 1) {
        const letter = word[at] ?? '';
        const name = shortOptions[letter];
        if (name === undefined) given.push([letter, '']);
        else {
          given.push([name, at + 1 < word.length ? word.slice(at + 1) : value(`-${letter}`)]);
          break;
        }
      }
    } else urls.push(word);
  }
  return { given, urls };
};

const splitOnce = (text: string): readonly [string, string?] => {
  const at = text.indexOf('=');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

const parseUrl = (text: string | undefined): URL => {
  const url = text === undefined ? null : URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null) throw new CommandError('usage', 'The command has no URL.');
  return url;
};

/** What an option adds to the body (curl's manual, "--data"). */
const dataOf = (name: string, value: string, terminal: Pick<Terminal, 'directory'>): readonly string[] => {
  const file = (path: string): string => {
    if (path === '-')
      throw new CommandError('usage', 'The command sends what it reads from standard input, which is not here.');
    return binaryOf(readBytesFile(Buffer.from(path, 'latin1').toString('utf8'), terminal));
  };
  switch (name) {
    case 'data':
    case 'data-ascii':
      // why: -d leaves the line ends of a file out; --data-binary is for bytes.
      return [value.startsWith('@') ? file(value.slice(1)).replaceAll(/[\r\n\0]/g, '') : value];
    case 'data-binary':
    case 'json':
      return [value.startsWith('@') ? file(value.slice(1)) : value];
    case 'data-raw':
      return [value];
    case 'data-urlencode':
      throw new CommandError('usage', 'The command sends a form (--data-urlencode), and no platform does so.');
    default:
      return [];
  }
};

interface CurlRequest {
  readonly hasBody: boolean;
  readonly isJson: boolean;
  readonly body: string;
  readonly user: string | undefined;
  readonly host: string;
}

const headersOf = (
  headers: readonly string[],
  { body, hasBody, host, isJson, user }: CurlRequest,
): readonly (readonly [string, string])[] => {
  const lines: (readonly [string, string])[] = [];
  const named = new Set<string>();
  for (const header of headers) {
    if (header.startsWith('@'))
      throw new CommandError('usage', 'The command reads its headers from a file (-H @…), which is not supported.');
    const [, name = '', mark, value = ''] = /^([^:;]+)([:;])([\s\S]*)$/.exec(header) ?? [];
    if (mark === undefined) continue;
    named.add(name.trim().toLowerCase());
    // why: "X-Name:" takes curl's own header away, "X-Name;" sends an empty one.
    if (mark === ';' || headerValue(value) !== '') lines.push([name.trim(), mark === ';' ? '' : headerValue(value)]);
  }
  const own: (readonly [string, string])[] = [['host', host]];
  if (hasBody) own.push(['content-length', String(body.length)]);
  if (hasBody) own.push(['content-type', isJson ? 'application/json' : 'application/x-www-form-urlencoded']);
  if (user !== undefined) own.push(['authorization', `Basic ${Buffer.from(user, 'latin1').toString('base64')}`]);
  return [...own.filter(([name]) => !named.has(name)), ...lines];
};
