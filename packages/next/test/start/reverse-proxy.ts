import { once } from 'node:events';
import { createServer, request } from 'node:http';

export interface ReverseProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A proxy as nginx or a load balancer is: passes everything on and adds its client's address to `X-Forwarded-For`. `clientAddress` is
 * where its clients are taken to connect from, because a test connects from the loopback alone.
 */
export const startReverseProxy = async (target: string, clientAddress: string): Promise<ReverseProxy> => {
  const server = createServer((incoming, outgoing) => {
    const before = incoming.headers['x-forwarded-for'];
    const forwarded = before === undefined ? clientAddress : `${before}, ${clientAddress}`;
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: { ...incoming.headers, 'x-forwarded-for': forwarded }, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // why: where a test gives up in the middle, its proxy must not keep the tests from ending.
  server.unref();
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${bound.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
