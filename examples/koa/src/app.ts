import Router from '@koa/router';
import { webhookMiddleware } from '@mediahooks/koa';
import Koa from 'koa';
import { liveStreams, webhooks } from './webhooks.ts';

const { env } = process;
const host = env.HOST ?? '127.0.0.1';

const router = new Router();
router.post('/webhooks/:source', webhookMiddleware(webhooks)); // before a body parser: it would eat the raw bytes
router.get('/live', (ctx) => {
  ctx.body = liveStreams.list();
});

const app = new Koa();
app.use(router.routes());

const server = app.listen(Number(env.PORT ?? 3000), host, () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`Listening on http://${host}:${address.port}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await webhooks.stop(); // lets running handlers finish
});
