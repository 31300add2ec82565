import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface ShuttingDown {
  /** The database through this proxy. */
  readonly url: string;
  /** How many connections were ended so far. */
  ended(): number;
  close(): Promise<void>;
}

/** "Ready for query", outside a transaction (PostgreSQL's protocol, section 54.7, Message Formats). */
const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** What a server says to a connection that an administrator ends. */
const fatal = (): Buffer => {
  const fields = Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
};

/**
 * A proxy to PostgreSQL whose first connections are ended in the very packet in which the server says that it is ready for the
 * `readies`th time.
 */
export const startShuttingDown = async (
  databaseUrl: string,
  connections: number,
  readies: number,
): Promise<ShuttingDown> => {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let opened = 0;
  let ended = 0;
  const server = createServer((client) => {
    opened += 1;
    const mayEnd = opened <= connections;
    let seen = 0;
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.pipe(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('data', (bytes: Buffer) => {
      if (bytes.includes(ready)) seen += 1;
      if (!mayEnd || seen < readies) return void client.write(bytes);
      ended += 1;
      client.end(Buffer.concat([bytes, fatal()]));
      upstream.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = `${address.port}`;
  return {
    url: url.href,
    ended: () => ended,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
