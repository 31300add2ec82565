import { CommandError } from '../command-error.ts';
import { binaryOf, bytesOf, type CapturedRequest, headerValue } from './captured-request.ts';

const requestLine = /^([A-Za-z]+)[ \t]+(\S+)(?:[ \t]+HTTP\/[\d.]+)?[ \t]*$/;

/** Whether a file looks like a request as it goes over the wire. */
export const isHttpFile = (binary: string): boolean => requestLine.test(binary.trimStart().split(/\r?\n/, 1)[0] ?? '');

/**
 * A request as it goes over the wire: request line, headers, an empty line, the body. Lines may end in LF alone, as editors write them;
 * the body's bytes stay as they are.
 *
 * @throws {CommandError} `usage`
 */
export const readHttpFile = (bytes: Uint8Array): CapturedRequest => {
  const binary = binaryOf(bytes).trimStart();
  const [head = '', separator] = /^([\s\S]*?)(\r?\n\r?\n|\r?\n?$)/.exec(binary)?.slice(1) ?? [];
  const rest = binary.slice(head.length + (separator?.length ?? 0));
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method = '', target = ''] = requestLine.exec(first) ?? [];
  if (method === '') throw new CommandError('usage', 'The first line must be like: POST /webhooks/ignite HTTP/1.1');
  const headerLines = lines.map((line, index): readonly [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new CommandError('usage', `Line ${index + 2} of the request is no header, like: Name: value`);
    return [line.slice(0, colon).trim(), headerValue(line.slice(colon + 1))];
  });
  const one = (name: string): string | undefined =>
    headerLines.find(([header]) => header.toLowerCase() === name)?.[1]?.toLowerCase();
  const notes: string[] = [];
  const isChunked = one('transfer-encoding')?.endsWith('chunked') === true;
  const whole = isChunked ? unchunked(rest) : rest;
  const announced = Number(one('content-length') ?? whole.length);
  const body = whole.length > announced ? whole.slice(0, announced) : whole;
  if (body.length < whole.length) {
    notes.push(
      `The file has ${whole.length - announced} bytes behind the ${announced} that Content-Length announces; they are left out, as in HTTP.`,
    );
  } else if (!isChunked && one('content-length') === undefined && /\r?\n$/.test(whole)) {
    notes.push(
      'The body ends with a newline, and no Content-Length says whether it belongs to it: an editor may have added it.',
    );
  }
  return {
    format: 'http',
    method,
    // why: a proxy's log has the whole URL in the request line.
    target: target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '') || '/',
    headerLines: isChunked ? headerLines.filter(([name]) => name.toLowerCase() !== 'transfer-encoding') : headerLines,
    body: bytesOf(body),
    notes,
  };
};

/** A body as it came in chunks (RFC 9112, section 7.1), put together. As it stands, where it was put together already. */
const unchunked = (text: string): string => {
  let rest = text;
  let body = '';
  for (;;) {
    const [line, size = ''] = /^([0-9a-f]+)[^\r\n]*\r?\n/i.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (line === undefined || rest.length < line.length + length) return text;
    if (length === 0) return body;
    body += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length).replace(/^\r?\n/, '');
  }
};
