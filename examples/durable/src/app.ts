import { webhookMiddleware } from '@mediahooks/express';
import express from 'express';
import { settings } from './settings.ts';
import { webhooks } from './webhooks.ts';

const app = express();
app.use('/webhooks', webhookMiddleware(webhooks));
app.get('/inbox', async (_req, res) => {
  res.json(await webhooks.inbox?.stats());
});

await webhooks.start(); // begins with what an earlier process has left

const server = app.listen(settings.port, settings.host, () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) {
    console.log(`Listening on http://${settings.host}:${address.port}, process ${process.pid}`);
  }
});

process.once('SIGTERM', async () => {
  server.close();
  await webhooks.stop(); // waits for running handlers; what has not begun stays in the inbox
});
