import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import Router from '@koa/router';
import { createWebhooks } from '@mediahooks/core';
import { webhookMiddleware } from '@mediahooks/koa';
import { ignite } from '@mediahooks/providers';
import { igniteSignature, listen } from '@mediahooks/testing';
import Koa from 'koa';
import Koa2 from 'koa2';

const secret = 'whsec_test_secret_0001';
const body = JSON.stringify({ id: 'v1', createdAt: '2024-01-15T10:30:00Z', updatedAt: '2024-01-15T10:30:00Z' });

// why: no handler, so verified deliveries go to the route behind.
const receiver = () => createWebhooks({ sources: { ignite: ignite({ secret, dedupe: false }) }, logger: false });

/** Sends a target as it stands: clients like fetch would tidy it first. */
const post = async (listener: RequestListener, target: string, headers = ''): Promise<string> => {
  const { origin, stop } = await listen(listener);
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.end(
    `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  await once(socket, 'close');
  await stop();
  return answer;
};

const targets = [
  '/webhooks/ignite',
  '/WEBHOOKS/ignite',
  '/webhooks/ignite/',
  'http://elsewhere/webhooks/ignite',
  '/webhooks\\ignite#',
];

for (const [version, Application] of [
  ['3', Koa],
  ['2', Koa2],
] as const) {
  describe(`a route behind the middleware, in Koa ${version}`, () => {
    test.each(targets)('is not reached unverified as %s, and is reached as ctx.state.webhook', async (target) => {
      const reached: unknown[] = [];
      const router = new Router().post('/webhooks/:source', (ctx) => {
        reached.push(ctx.state.webhook?.source);
        ctx.body = 'mine';
      });
      const app = new Application().use(webhookMiddleware(receiver())).use(router.routes()).callback();
      expect(await post(app, target)).toMatch(/^HTTP\/1.1 401 [\s\S]*"credential-missing"/);
      expect(reached).toEqual([]);
      const signature = `X-Webhook-Signature: ${igniteSignature(secret, body, Date.now())}\r\n`;
      expect(await post(app, target, `${signature}X-Webhook-Event: video.updated\r\n`)).toMatch(/^HTTP\/1.1 200 /);
      expect(reached).toEqual(['ignite']);
    });

    test('that has it as a handler, and names no source to it, is answered 404', async () => {
      const reached: unknown[] = [];
      const router = new Router().post('/hooks/ignite', webhookMiddleware(receiver()), () => {
        reached.push('route');
      });
      const app = new Application().use(router.routes()).callback();
      expect(await post(app, '/hooks/ignite')).toMatch(/^HTTP\/1.1 404 [\s\S]*"unknown-source"/);
      expect(reached).toEqual([]);
    });

    test('of another path is reached, also behind router.use', async () => {
      const router = new Router().use(webhookMiddleware(receiver())).post('/other', (ctx) => {
        ctx.body = 'mine';
      });
      expect(await post(new Application().use(router.routes()).callback(), '/other')).toMatch(
        /^HTTP\/1.1 200 [\s\S]*mine$/,
      );
    });
  });
}
