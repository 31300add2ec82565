import type { IncomingMessage } from 'node:http';
import { createFetchHandler, type Receiver } from '@mediahooks/core';
import { webhookMiddleware as expressMiddleware } from '@mediahooks/express';
import { webhookMiddleware as koaMiddleware } from '@mediahooks/koa';
import { createNodeHandler } from '@mediahooks/node';
import express, { type RequestHandler } from 'express';
import Koa, { type Middleware } from 'koa';
import type { Mounts } from './misconfiguration.ts';

/** Express, with something before the receiver. */
export const withExpress =
  (...before: readonly RequestHandler[]) =>
  (webhooks: Receiver) => {
    const app = express();
    app.set('env', 'test');
    for (const handler of before) app.use(handler);
    return app.use('/webhooks', expressMiddleware(webhooks));
  };

/** Koa, with something before the receiver. */
export const withKoa =
  (...before: readonly Middleware[]) =>
  (webhooks: Receiver) => {
    const app = new Koa();
    for (const middleware of before) app.use(middleware);
    return app.use(koaMiddleware(webhooks)).callback();
  };

const readAll = async (req: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const withFetch = (webhooks: Receiver): ReturnType<Mounts[string]> => {
  const handle = createFetchHandler(webhooks);
  return async (req, res) => {
    const headers = new Headers();
    for (let index = 0; index + 1 < req.rawHeaders.length; index += 2) {
      headers.append(req.rawHeaders[index] ?? '', req.rawHeaders[index + 1] ?? '');
    }
    const { method = 'GET' } = req;
    const body = method === 'GET' ? null : Uint8Array.from(await readAll(req));
    const response = await handle(new Request(`http://127.0.0.1${req.url}`, { method, headers, body }));
    res.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  };
};

/** Those that see the connection. */
export const socketMounts: Mounts = {
  Express: withExpress(),
  Koa: withKoa(),
  'node:http': createNodeHandler,
};

export const allMounts: Mounts = { ...socketMounts, fetch: withFetch };

/** Something between the platform and the receiver that leaves other bytes than came, as `req.rawBody`. */
export const withBytesChanged = (change: (bytes: Buffer) => Buffer): Mounts => ({
  Express: withExpress((req, _res, next) => {
    readAll(req).then((bytes) => {
      Object.assign(req, { rawBody: change(bytes) });
      next();
    }, next);
  }),
});
