import { once } from 'node:events';
import { connect } from 'node:net';
import { createWebhooks } from '@mediahooks/core';
import { webhookMiddleware } from '@mediahooks/express';
import { ignite } from '@mediahooks/providers';
import { igniteSignature, listen } from '@mediahooks/testing';
import express from 'express';
import express4 from 'express4';

const secret = 'whsec_test_secret_0001';
const body = JSON.stringify({ id: 'v1', createdAt: '2024-01-15T10:30:00Z', updatedAt: '2024-01-15T10:30:00Z' });

// why: no handler, so verified deliveries go to the route behind.
const receiver = () => createWebhooks({ sources: { ignite: ignite({ secret, dedupe: false }) }, logger: false });

/** Sends a target as it stands: clients like fetch would tidy it first. */
const post = async (app: express.Express, target: string, headers = ''): Promise<string> => {
  const { origin, stop } = await listen(app);
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

for (const [version, module] of [
  ['5', express],
  ['4', express4],
] as const) {
  describe(`a route behind the middleware, in Express ${version}`, () => {
    const mounts = {
      'at the root': () => module().use(webhookMiddleware(receiver())),
      'below a prefix': () => module().use('/webhooks', webhookMiddleware(receiver())),
    };
    for (const [how, mount] of Object.entries(mounts)) {
      test.each(targets)(`${how} is not reached unverified as %s, and is reached as req.webhook`, async (target) => {
        const reached: unknown[] = [];
        const app = mount().post('/webhooks/:source', (req, res) => {
          reached.push(req.webhook?.source);
          res.end();
        });
        expect(await post(app, target)).toMatch(/^HTTP\/1.1 401 [\s\S]*"credential-missing"/);
        expect(reached).toEqual([]);
        const signature = `X-Webhook-Signature: ${igniteSignature(secret, body, Date.now())}\r\n`;
        await post(app, target, `${signature}X-Webhook-Event: video.updated\r\n`);
        // why: below a prefix Express 5 itself finds no route for the backslash.
        expect(reached).toEqual(target.includes('\\') && reached.length === 0 ? [] : ['ignite']);
      });
    }

    test('that has it as a handler, and names no source to it, is answered 404', async () => {
      const reached: unknown[] = [];
      const app = module().post('/hooks/ignite', webhookMiddleware(receiver()), (_req, res) => {
        reached.push('route');
        res.end();
      });
      expect(await post(app, '/hooks/ignite')).toMatch(/^HTTP\/1.1 404 [\s\S]*"unknown-source"/);
      expect(reached).toEqual([]);
    });

    test("of another path is reached, whatever route ran before the middleware's turn came", async () => {
      const app = module()
        .post('/other', (_req, _res, next) => next())
        .use(webhookMiddleware(receiver()))
        .post('/other', (_req, res) => void res.end('mine'));
      expect(await post(app, '/other')).toMatch(/^HTTP\/1.1 200 [\s\S]*mine$/);
    });
  });
}
