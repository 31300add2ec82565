import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http2';
import { connect } from 'node:net';
import Koa from 'koa';
import { type Authorize, webhookConsole } from '../../src/index.ts';
import { type Kept, keptReceiver, listen } from '../receiver.ts';

let kept: Kept;
beforeAll(() => {
  kept = keptReceiver();
});
afterAll(() => kept.remove());

const consoleFor = (authorize: Authorize) =>
  webhookConsole(kept.webhooks, { authorize, logger: { info: () => undefined, error: () => undefined } });

type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;

/** Sends the beginning of a form and goes away; gives what became of the promise. */
const abandoned = async (handle: Handle): Promise<PromiseSettledResult<unknown> | undefined> => {
  let leave = (): void => undefined;
  let settle: (result: PromiseSettledResult<unknown> | undefined) => void;
  const settled = new Promise<PromiseSettledResult<unknown> | undefined>((resolve) => {
    settle = resolve;
  });
  const { close, origin } = await listen((req, res) => {
    void Promise.allSettled([handle(req, res)]).then(([result]) => settle(result));
    leave();
  });
  stops.push(close);
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  leave = () => socket.destroy();
  socket.write('POST /console/deliveries/1/replay HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ntoken=');
  return settled;
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a sender that goes away in the middle of a form ends no process', () => {
  test('node:http', async () => {
    const { node } = consoleFor(() => false);
    expect(await abandoned((req, res) => node(req, res))).toMatchObject({ status: 'fulfilled' });
  });

  test('Koa', async () => {
    const { koa } = consoleFor(() => false);
    const work = new Promise((resolve, reject) => {
      const app = new Koa().use((_ctx, next) => next().then(resolve, reject)).use(koa);
      const handle = app.on('error', () => undefined).callback();
      void abandoned(async (req, res) => handle(req, res));
    });
    await expect(work).resolves.toBeUndefined();
  });
});

test('a request of HTTP/2 is answered', async () => {
  const { node } = consoleFor(({ headers }) => headers.get('x-who') === 'ada');
  const works: Promise<void>[] = [];
  const server = createServer((req, res) => {
    works.push(Reflect.apply(node, undefined, [req, res]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const { connect: connectHttp2 } = await import('node:http2');
  const client = connectHttp2(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  const ask = (who: string): Promise<unknown> =>
    new Promise((resolve) => {
      client
        .request({ ':path': '/console/overview', 'x-who': who })
        .on('response', (headers) => resolve(headers[':status']));
    });
  expect([await ask('ada'), await ask('eve')]).toEqual([200, 403]);
  await Promise.all(works);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});
