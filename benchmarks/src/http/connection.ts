import { connect } from 'node:net';

/** A connection that sends one request after another and reads each answer whole. */
export interface Connection {
  /** Resolves with the answer's status. */
  send(request: Uint8Array): Promise<number>;
  close(): void;
}

interface Waiting {
  readonly resolve: (status: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * On a bare socket, because a client library costs more per request than some of the servers that are measured. Understands what the
 * servers here answer: a status line, headers, and a body whose length is announced or which comes in chunks.
 */
export const openConnection = (port: number): Promise<Connection> =>
  new Promise((opened, failed) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waiting: Waiting | undefined;
    let received = '';
    const fail = (error: Error): void => {
      failed(error);
      waiting?.reject(error);
    };
    socket.setEncoding('latin1');
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server has closed a connection.')));
    socket.on('data', (text: string) => {
      received += text;
      if (!isWhole(received)) return;
      const status = Number(received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
      received = '';
      waiting?.resolve(status);
    });
    socket.on('connect', () =>
      opened({
        send: (request) =>
          new Promise((resolve, reject) => {
            waiting = { resolve, reject };
            socket.write(request);
          }),
        close() {
          waiting = undefined;
          socket.destroy();
        },
      }),
    );
  });

const isWhole = (text: string): boolean => {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(text.slice(0, end))?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length);
};
