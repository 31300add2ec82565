import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { binaryOf, type CapturedRequest } from './captured-request.ts';
import { isCurlCommand, readCurlCommand } from './curl-command.ts';
import { readHar } from './har.ts';
import { isHttpFile, readHttpFile } from './http-file.ts';

/**
 * A captured request in any of the forms that are known here, recognised by how it begins.
 *
 * @param entry Which request of a HAR file, from 1.
 * @throws {CommandError} `usage`
 */
export const readCapture = (
  bytes: Uint8Array,
  entry: number | undefined,
  terminal: Pick<Terminal, 'directory'>,
): CapturedRequest => {
  const binary = binaryOf(bytes).replace(/^\u00ef\u00bb\u00bf/, '');
  if (isCurlCommand(binary)) return readCurlCommand(binary, terminal);
  if (/^\s*\{/.test(binary)) return readHar(Buffer.from(binary, 'latin1').toString('utf8'), entry);
  if (isHttpFile(binary)) return readHttpFile(Buffer.from(binary, 'latin1'));
  throw new CommandError(
    'usage',
    `${binary.trim() === '' ? 'There is no request: what was read is empty. Give' : 'This is none of the forms that are known:'} a request ` +
      'as it goes over the wire (POST /webhooks/ignite HTTP/1.1, headers, an empty line, the body), a HAR file, or a curl command.',
  );
};
