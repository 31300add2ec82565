import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { deliver } from '@mediahooks/testing';
import { type WebhookConsoleOptions, webhookConsole } from '../../src/index.ts';
import { type Kept, keptReceiver, type Listening, listen, receiverAnd } from '../receiver.ts';

let kept: Kept;
let id: string;
const servers: Listening[] = [];

/** The console of the receiver, on a port of its own. */
const served = async (options: WebhookConsoleOptions): Promise<string> => {
  const { node } = webhookConsole(kept.webhooks, options);
  const server = await listen(receiverAnd(kept.webhooks, (req, res) => void node(req, res)));
  servers.push(server);
  return server.origin;
};

beforeAll(async () => {
  kept = keptReceiver();
  const origin = await served({ authorize: 'local' });
  const { delivery }: { delivery: string } = JSON.parse(
    await (await deliver('ignite', 'video.created').sendTo(`${origin}/webhooks`)).text(),
  );
  id = delivery;
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await kept.remove();
});

/** Where the `curl` command on the delivery's page sends to. */
const commandOf = async (origin: string, headers: Record<string, string> = {}): Promise<string | undefined> => {
  const page = await new Promise<string>((resolve, reject) => {
    request(`${origin}/console/deliveries/${id}`, { headers }, (response) => resolve(text(response)))
      .on('error', reject)
      .end();
  });
  return /--request POST &#39;(.*?)&#39;/.exec(page)?.[1];
};

const anyone = { authorize: () => true };
const byDefault = 'http://localhost:3000/webhooks/ignite';

test('the command sends to where the page is', async () => {
  const origin = await served({ authorize: 'local' });
  expect(await commandOf(origin)).toBe(`${origin}/webhooks/ignite`);
});

test.each(['localhost:8080', 'app.localhost:3000', '127.8.9.1', '[::1]:3000'])(
  'the command sends to %s where the browser has that name of its own machine, as behind a tunnel',
  async (host) => {
    expect(await commandOf(await served(anyone), { host })).toBe(`http://${host}/webhooks/ignite`);
  },
);

test.each([
  'evil.example',
  'evil.example:3000',
  'localhost.evil.example',
  'evil.example/.localhost',
  'evil.example#.localhost',
  'evil.example?.localhost',
  'ada@localhost:3000',
  "'$(id)'.localhost",
  'localhost:99999',
  'localhost:3000:4000',
  '192.168.1.7:3000',
])('a Host header of %j gets into no command', async (host) => {
  expect(await commandOf(await served(anyone), { host })).toBe(byDefault);
});

test('the option says it before anything else', async () => {
  const origin = await served({ ...anyone, receiver: 'https://hooks.example/in/' });
  expect(await commandOf(origin)).toBe('https://hooks.example/in/ignite');
});
