import { createServer, type RequestListener } from 'node:http';

export interface Listening {
  /** Like `http://127.0.0.1:3000`. */
  readonly origin: string;
  close(): Promise<void>;
}

export class PortUnavailableError extends Error {
  constructor(port: number, code: string) {
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`;
    super(
      `Port ${port} ${why}. Choose another, like PORT=${port === 3001 ? 3002 : 3001} npm start, or any that is free: PORT=0 npm start`,
    );
    this.name = 'PortUnavailableError';
  }
}

/** @throws {PortUnavailableError} */
export const listen = async (listener: RequestListener, port: number): Promise<Listening> => {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new PortUnavailableError(port, 'code' in error ? String(error.code) : error.message));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
};
