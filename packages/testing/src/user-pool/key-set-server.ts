import { createServer } from 'node:http';

export interface KeySetServer {
  /** Like `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly requestCount: number;
  close(): Promise<void>;
}

/** Serves a key set on 127.0.0.1, on a port that is free. It keeps no process alive. */
export const serveKeySet = async (keys: () => readonly object[]): Promise<KeySetServer> => {
  let requestCount = 0;
  const server = createServer((_request, response) => {
    requestCount += 1;
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ keys: keys() }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The key set server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    get requestCount() {
      return requestCount;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
