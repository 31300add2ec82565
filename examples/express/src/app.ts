import { webhookMiddleware } from '@mediahooks/express';
import express from 'express';
import { openCatalogue } from './catalogue.ts';
import { keepUpToDate } from './handlers.ts';
import { webhooks } from './webhooks.ts';

const { env } = process;
const host = env.HOST ?? '127.0.0.1';

const catalogue = openCatalogue(env.CATALOGUE ?? 'catalogue.json');
keepUpToDate(catalogue);

const app = express();
app.set('trust proxy', Number(env.PROXIES ?? 0)); // how many proxies are in front; Gcore is proven by its address
app.use('/webhooks', webhookMiddleware(webhooks)); // before express.json(): signatures are over the raw bytes
app.use(express.json());
app.get('/catalogue', async (_req, res) => {
  res.json(await catalogue.list());
});

const server = app.listen(Number(env.PORT ?? 3000), host, () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`Listening on http://${host}:${address.port}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await webhooks.stop(); // lets running handlers finish
});
