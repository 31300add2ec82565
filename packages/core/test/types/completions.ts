import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiler, typesDirectory } from './expected-errors.ts';

/** What an editor offers where `|` stands in the text of a file beside the fixtures, asked of the real language server. */
export const completionsAt = (marked: string): Promise<string[]> => {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const linesBefore = marked.slice(0, offset).split('\n');
  const position = { line: linesBefore.length - 1, character: linesBefore.at(-1)?.length ?? 0 };
  const uri = pathToFileURL(join(typesDirectory, 'fixtures', 'completion.ts')).href;
  const server = spawn(compiler, ['--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });

  const send = (message: object): void => {
    const json = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  };
  const answered = new Promise<string[]>((resolve, reject) => {
    server.on('error', reject);
    server.on('exit', () => reject(new Error('The language server ended without an answer.')));
    onMessage(server.stdout, (message) => {
      if (message.id === 1) {
        send({ method: 'initialized', params: {} });
        const textDocument = { uri, languageId: 'typescript', version: 1, text };
        send({ method: 'textDocument/didOpen', params: { textDocument } });
        send({ id: 2, method: 'textDocument/completion', params: { textDocument: { uri }, position } });
      } else if (message.id === 2) {
        resolve(labelsOf(message.result));
      } else if (message.id !== undefined) {
        // Whatever the server asks of the editor: it has nothing to say.
        send({ id: message.id, result: null });
      }
    });
  });
  send({ id: 1, method: 'initialize', params: { processId: process.pid, rootUri: null, capabilities: {} } });
  return answered.finally(() => server.kill());
};

interface Message {
  readonly id?: unknown;
  readonly result?: unknown;
}

/** Takes a stream of the Language Server Protocol apart. */
const onMessage = (stream: NodeJS.ReadableStream, take: (message: Message) => void): void => {
  let buffered = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => {
    buffered = Buffer.concat([buffered, bytes]);
    for (;;) {
      const header = buffered.indexOf('\r\n\r\n');
      if (header === -1) return;
      const length = Number(/Content-Length: ([0-9]+)/i.exec(buffered.subarray(0, header).toString())?.[1]);
      const end = header + 4 + length;
      if (buffered.length < end) return;
      const message: Message = JSON.parse(buffered.subarray(header + 4, end).toString());
      buffered = buffered.subarray(end);
      take(message);
    }
  });
};

const labelsOf = (result: unknown): string[] => {
  const items = typeof result === 'object' && result !== null && 'items' in result ? result.items : result;
  if (!Array.isArray(items)) return [];
  return items.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'label' in item ? String(item.label) : '',
  );
};
