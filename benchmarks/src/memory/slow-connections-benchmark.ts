import { connect, type Socket } from 'node:net';
import { createBodies } from '../core/bodies.ts';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { receiverOf } from '../http/receivers/all.ts';
import { requestBytes } from '../http/request-bytes.ts';
import { startReceiver } from '../http/running-receiver.ts';
import { alternate } from '../measure/alternate.ts';

/** What one connection takes whose sender has sent its headers and half of a body of 1 KB, and then nothing. */
export const slowConnectionsBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const count = short ? 200 : 10_000;
  const alternated = await alternate(
    ['by hand', 'mediahooks'].map((name) => ({ name, measure: () => bytesPerConnection(name, count) })),
    'by hand',
    short ? 1 : 3,
  );
  const subject = `resident memory of each of ${count.toLocaleString('en-US')} slow connections`;
  return figuresOf('memory', subject, 'KB', 'by hand', alternated);
};

const bytesPerConnection = async (contestant: string, count: number): Promise<number> => {
  const receiver = receiverOf('Node', contestant);
  const running = await startReceiver(receiver);
  const sockets: Socket[] = [];
  try {
    const before = (await running.state()).residentBytes;
    const createBody = createBodies(1000);
    for (let index = 0; index < count; index += 1) {
      const id = index.toString(16);
      const request = requestBytes(receiver.path, receiver.signer.sign(createBody(id), id));
      sockets.push(await openSlow(running.port, request.subarray(0, -500)));
    }
    return ((await running.state()).residentBytes - before) / 1000 / count;
  } finally {
    for (const socket of sockets) socket.destroy();
    running.close();
  }
};

const openSlow = (port: number, part: Uint8Array): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // why: a receiver may close it for its slowness while others are still being opened.
      socket.on('error', () => undefined);
      socket.write(part, () => resolve(socket));
    });
  });
