import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** A server that a handler asks whether it may go on, and tells when it is done: the test decides, and nothing sleeps. */
export interface Gate {
  readonly url: string;
  /** Resolves once a handler stands before it. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  open(): void;
  /** Resolves once the handler is done. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

export const startGate = async (): Promise<Gate> => {
  const waiting: ServerResponse[] = [];
  let tellReached = (): void => undefined;
  let tellDone = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    tellReached = resolve;
  });
  const done = new Promise<void>((resolve) => {
    tellDone = resolve;
  });
  const server = createServer((req, res) => {
    res.setHeader('connection', 'close');
    if (req.url === '/open') {
      waiting.push(res);
      tellReached();
      return;
    }
    res.end();
    tellDone();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // why: where a test gives up in the middle, its gate must not keep the tests from ending.
  server.unref();
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The gate has no port.');
  return {
    url: `http://127.0.0.1:${bound.port}`,
    reached,
    done,
    open: () => {
      for (const res of waiting.splice(0)) res.end();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
