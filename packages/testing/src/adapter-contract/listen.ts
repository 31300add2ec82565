import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

export interface ListeningServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Closes the server and every connection to it. */
  stop(): Promise<void>;
}

/** Starts a server of `node:http` on a free port of 127.0.0.1. */
export const listen = async (listener: RequestListener): Promise<ListeningServer> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
