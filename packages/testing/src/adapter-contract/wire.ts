import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answer, type AnswerOptions, createAnswerReader } from './answer.ts';

export interface WireRequest {
  /** Default `POST`. */
  readonly method?: string;
  /** In this order and this case; `host` is added. Text is sent as Latin-1, as HTTP/1.1 does. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  /** Sends the body in chunks of its own making, without a length; each part is one chunk. */
  readonly chunks?: readonly Uint8Array[];
}

/** A connection on which a case decides about every byte. */
export interface Wire {
  readonly socket: Socket;
  /** Sends a request line and headers; a length or chunks are the caller's. */
  sendHead(method: string, target: string, headers: WireRequest['headers']): void;
  send(request: WireRequest, target: string): void;
  /** Sends one chunk of a chunked body; an empty one ends it. Resolves when there is room for more, or the connection is gone. */
  sendChunk(bytes: Uint8Array): Promise<void>;
  /** The next answer on this connection. Rejects after `patienceMs`: the server hangs. */
  answer(options?: AnswerOptions): Promise<Answer>;
  /** Resolves when the server has closed the connection. Rejects after `patienceMs`. */
  closed(): Promise<void>;
  destroy(): void;
}

/** Opens a connection to the server of a URL. */
export const openWire = async (url: string, patienceMs: number): Promise<Wire> => {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  socket.on('error', () => undefined);
  const reader = createAnswerReader();
  socket.on('data', (bytes: Buffer) => reader.push(bytes));
  socket.on('end', () => reader.end()).on('close', () => reader.end());
  await patiently(once(socket, 'connect'), patienceMs, 'no connection was accepted');

  const wire: Wire = {
    socket,
    sendHead(method, target, headers = []) {
      const lines = [['host', host] as const, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
    },
    send({ method = 'POST', headers = [], body, chunks }, target) {
      if (chunks !== undefined) {
        wire.sendHead(method, target, [...headers, ['transfer-encoding', 'chunked']]);
        for (const chunk of chunks) void wire.sendChunk(chunk);
        void wire.sendChunk(Buffer.alloc(0));
        return;
      }
      wire.sendHead(method, target, body === undefined ? headers : [...headers, ['content-length', `${body.length}`]]);
      if (body !== undefined) socket.write(body);
    },
    async sendChunk(bytes) {
      if (socket.destroyed || !socket.writable) return;
      const head = Buffer.from(`${bytes.length.toString(16)}\r\n`);
      if (socket.write(Buffer.concat([head, bytes, Buffer.from('\r\n')]))) return;
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve).once('close', () => resolve());
      });
    },
    answer: (options) => patiently(reader.next(options), patienceMs, 'the server did not answer'),
    closed: () => patiently(reader.ended, patienceMs, 'the server did not close the connection'),
    destroy: () => void socket.destroy(),
  };
  return wire;
};

/** Rejects where something does not happen in time, so that a server that hangs fails its case instead of hanging the tests. */
export const patiently = async <Result>(work: Promise<Result>, patienceMs: number, what: string): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`After ${patienceMs} ms, ${what}.`)), patienceMs);
  });
  try {
    return await Promise.race([work, impatience]);
  } finally {
    clearTimeout(timer);
  }
};
