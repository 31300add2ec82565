import { createServer, type Server } from 'node:http';
import type { SigningKey } from './signing-key.ts';

export interface KeySetServer {
  readonly jwksUri: string;
  readonly requests: number;
  /** What is served: keys, or text as it is, or a status without either. */
  serve(content: readonly SigningKey[] | string | number): void;
  /** Holds answers back until the function it gives is called. */
  hold(): () => void;
  /** Refuses connections until `start`. */
  stop(): Promise<void>;
  /** Listens again, at the same address. */
  start(): Promise<void>;
}

/** A key set on 127.0.0.1, on a port that is free. */
export const startKeySetServer = async (...keys: readonly SigningKey[]): Promise<KeySetServer> => {
  let content: readonly SigningKey[] | string | number = keys;
  let requests = 0;
  let held: Promise<void> = Promise.resolve();
  const server = createServer(async ({ url }, response) => {
    requests += 1;
    await held;
    response.setHeader('connection', 'close');
    // Whoever follows a redirection finds good keys.
    if (url === '/elsewhere') response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
    else if (typeof content === 'number') {
      response.writeHead(content, { location: '/elsewhere' }).end();
    } else {
      const text = typeof content === 'string' ? content : JSON.stringify({ keys: content.map(({ jwk }) => jwk) });
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    }
  });
  const port = await listen(server, 0);
  // why: a test that fails before it stops the server must not keep the run alive.
  server.unref();
  return {
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    get requests() {
      return requests;
    },
    serve(next) {
      content = next;
    },
    hold() {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: async () => void (await listen(server, port)),
  };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The key set server has no port.'));
      else resolve(address.port);
    });
  });
