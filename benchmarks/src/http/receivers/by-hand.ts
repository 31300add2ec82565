import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express from 'express';
import Koa from 'koa';
import getRawBody from 'raw-body';
import { floor, verifyByHand } from '../../core/contestants/floor.ts';
import { createFetchServer } from '../fetch-server.ts';
import { createNextServer } from '../next-app.ts';
import { limit, readLimited } from '../read-limited.ts';
import type { HttpReceiver } from '../receiver.ts';

const path = '/webhooks/ignite';
const contestant = 'by hand';
const signer = floor();

/** What is written by hand where nothing is imported but the framework and its way to the raw body. */
export const byHand: readonly HttpReceiver[] = [
  {
    framework: 'Node',
    contestant,
    signer,
    path,
    createServer(handled) {
      const receive = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
        const body = await getRawBody(req, { limit, length: req.headers['content-length'] ?? null });
        const payload = verifyByHand({
          headers: req.headers,
          body: Buffer.from(body.buffer, body.byteOffset, body.length),
        });
        if (payload !== undefined) handled();
        const answer = JSON.stringify({ ok: payload !== undefined });
        res.writeHead(payload === undefined ? 401 : 200, {
          'content-type': 'application/json',
          // why: without it the answer goes in chunks, which costs a server more.
          'content-length': Buffer.byteLength(answer),
        });
        res.end(answer);
      };
      return createServer((req, res) => {
        if (req.method !== 'POST' || req.url !== path) {
          res.writeHead(404).end();
          return;
        }
        receive(req, res).catch(() => res.writeHead(400).end());
      });
    },
  },
  {
    framework: 'Express',
    contestant,
    signer,
    path,
    createServer(handled) {
      const app = express();
      app.post(path, express.raw({ type: '*/*', limit }), (req, res) => {
        const payload = verifyByHand({ headers: req.headers, body: req.body });
        if (payload !== undefined) handled();
        res.status(payload === undefined ? 401 : 200).json({ ok: payload !== undefined });
      });
      return createServer(app);
    },
  },
  {
    framework: 'Koa',
    contestant,
    signer,
    path,
    createServer(handled) {
      const app = new Koa();
      app.use(async (context, next) => {
        if (context.method !== 'POST' || context.path !== path) return next();
        const body = await getRawBody(context.req, { limit, length: context.get('content-length') });
        const payload = verifyByHand({
          headers: context.req.headers,
          body: Buffer.from(body.buffer, body.byteOffset, body.length),
        });
        if (payload !== undefined) handled();
        context.status = payload === undefined ? 401 : 200;
        context.body = { ok: payload !== undefined };
      });
      return createServer(app.callback());
    },
  },
  {
    framework: 'fetch on Node',
    contestant,
    signer,
    path,
    createServer: (handled) =>
      createFetchServer(async (request) => {
        if (request.method !== 'POST' || new URL(request.url).pathname !== path)
          return new Response(null, { status: 404 });
        const headers = { 'x-webhook-signature': request.headers.get('x-webhook-signature') ?? '' };
        const payload = verifyByHand({ headers, body: await readLimited(request) });
        if (payload !== undefined) handled();
        return Response.json({ ok: payload !== undefined }, { status: payload === undefined ? 401 : 200 });
      }),
  },
  {
    framework: 'Next.js',
    contestant,
    signer,
    path: '/by-hand',
    createServer: createNextServer,
  },
];
