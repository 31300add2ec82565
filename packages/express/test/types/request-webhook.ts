// Compiled, never run: what TypeScript knows of `req.webhook`.
import { webhookMiddleware } from '@mediahooks/express';
import express, { Router } from 'express';

const app = express();
app.use('/webhooks', webhookMiddleware());
app.use(Router().post('/:source', webhookMiddleware()));

app.post('/webhooks/:source', webhookMiddleware(), (req, res) => {
  // @ts-expect-error: it is only there where a delivery was passed on.
  req.webhook.events;
  for (const event of req.webhook?.events ?? []) {
    if (event.source === 'ignite' && event.type === 'video.updated') event.payload.updatedAt.toUpperCase();
    // @ts-expect-error: no such source is configured by the environment.
    if (event.source === 'nobody') res.end();
  }
  // @ts-expect-error: a verified delivery is not to be changed.
  if (req.webhook) req.webhook.source = 'other';
});

// @ts-expect-error: no such option.
webhookMiddleware(undefined, { paths: '/hooks' });
