import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import Koa from 'koa';
import type { WebhookConsole } from '../src/index.ts';
import { type Listening, listen } from './receiver.ts';

/** A console on a real server, as a user of one framework would have mounted it. */
export interface Mounted extends Listening {
  /** Where the console is: `http://127.0.0.1:<port>/console` */
  readonly url: string;
}

export interface Mount {
  readonly name: string;
  /** Whether the platform shows the connection, without which `'local'` lets nobody in. */
  readonly showsConnection: boolean;
  start(console: WebhookConsole): Promise<Mounted>;
}

const at = async (path: string, handle: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<Mounted> => {
  const { close, origin } = await listen((req, res) => void handle(req, res));
  return { close, origin, url: `${origin}${path}` };
};

/** As runtimes that speak fetch hand a request over. */
const fetchRequest = async (req: IncomingMessage): Promise<Request> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of req) chunks.push(chunk);
  const headers = new Headers(Object.entries(req.headersDistinct).map(([name, values]) => [name, `${values}`]));
  const body = Buffer.concat(chunks);
  return new Request(`http://${req.headers.host}${req.url}`, {
    method: req.method ?? 'GET',
    headers,
    ...(body.length > 0 && { body }),
  });
};

const answerWith = async (res: ServerResponse, response: Response): Promise<void> => {
  res.writeHead(response.status, [...response.headers].flat());
  if (response.body === null) return void res.end();
  const reader = response.body.getReader();
  res.once('close', () => void reader.cancel());
  for (let read = await reader.read(); !read.done; read = await reader.read()) res.write(read.value);
  res.end();
};

export const mounts: readonly Mount[] = [
  {
    name: 'node:http',
    showsConnection: true,
    start: (console) => at('/console', (req, res) => console.node(req, res)),
  },
  {
    name: 'Express, below a prefix and behind its parsers',
    showsConnection: true,
    start: (console) => {
      const app = express();
      app.use(express.json(), express.urlencoded());
      app.use('/admin/hooks', console.node);
      return at('/admin/hooks', app);
    },
  },
  {
    name: 'Koa',
    showsConnection: true,
    start: (console) => at('/console', new Koa().use(console.koa).callback()),
  },
  {
    name: "Next.js's App Router",
    showsConnection: false,
    start: (console) =>
      at('/tools/console', async (req, res) => {
        const [tools, mount, ...path] = new URL(`http://x${req.url}`).pathname.split('/').filter((part) => part !== '');
        if (tools !== 'tools' || mount !== 'console') return void res.writeHead(404).end();
        const context = { params: Promise.resolve(path.length === 0 ? {} : { path: path.map(decodeURIComponent) }) };
        const handle = req.method === 'POST' ? console.POST : console.GET;
        await answerWith(res, await handle(await fetchRequest(req), context));
      }),
  },
  {
    name: 'fetch',
    showsConnection: true,
    start: (console) =>
      at('/console', async (req, res) => {
        const { remoteAddress } = req.socket;
        await answerWith(res, await console.fetch(await fetchRequest(req), { address: remoteAddress }));
      }),
  },
];
