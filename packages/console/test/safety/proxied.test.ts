import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { webhookConsole } from '../../src/index.ts';
import { type Kept, keptReceiver, type Listening, listen } from '../receiver.ts';

let kept: Kept;
let server: Listening;
beforeAll(async () => {
  kept = keptReceiver();
  const { node } = webhookConsole(kept.webhooks, { authorize: 'local' });
  server = await listen((req, res) => void node(req, res));
});
afterAll(async () => {
  await server.close();
  await kept.remove();
});

const statusOf = async (version: string): Promise<string | undefined> => {
  const { hostname, port } = new URL(server.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`GET /console/overview ${version}\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split(' ')[1];
};

test("'local' lets nobody in by HTTP/1.0: that is a proxy that marks nothing, like nginx as it comes", async () => {
  expect(await statusOf('HTTP/1.0')).toBe('403');
  expect(await statusOf('HTTP/1.1')).toBe('200');
});
