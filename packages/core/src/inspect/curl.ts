import { isHeaderName } from '../header-name.ts';

/** A request as it may be shown. */
export interface ShownRequest {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Headers that `curl` sets itself, or that are about the connection only. */
const needless = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Text that can be pasted into a terminal within quotes: no control characters, and none that turn the direction of writing. */
const printable = /^[\t\n\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;
/** A single argument of a command is limited (Linux: 131072 bytes). */
const maxArgumentLength = 30_000;

/** The request as a command for a POSIX shell. A body that cannot be pasted goes through base64. */
export const curlText = ({ body, headers, url }: ShownRequest): string => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const isPlain =
    printable.test(text) && text.length <= maxArgumentLength && isSame(new TextEncoder().encode(text), body);
  const lines = [
    `curl --globoff --request POST ${quoteForShell(url)}`,
    ...headers
      .filter(([name, value]) => isHeaderName(name) && !needless.has(name) && printable.test(value))
      // why the semicolon: `name:` alone would take the header away.
      .map(([name, value]) => `--header ${quoteForShell(value === '' ? `${name};` : `${name}: ${value}`)}`),
    // why not --data: an argument that begins with "@" would be the name of a file.
    isPlain ? `--data-raw ${quoteForShell(text)}` : '--data-binary @-',
  ];
  const command = lines.join(' \\\n  ');
  return isPlain ? command : `printf %s ${quoteForShell(base64(body))} | base64 --decode | ${command}`;
};

/** Nothing is special between single quotes but their end. */
const quoteForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

const base64 = (bytes: Uint8Array): string => {
  const chunks: string[] = [];
  for (let begin = 0; begin < bytes.length; begin += 0x2000) {
    chunks.push(String.fromCharCode(...bytes.subarray(begin, begin + 0x2000)));
  }
  return btoa(chunks.join(''));
};
