// Compiled, never run: what TypeScript knows of `ctx.state.webhook`.
import Router from '@koa/router';
import { webhookMiddleware } from '@mediahooks/koa';
import Koa from 'koa';

const app = new Koa();
app.use(webhookMiddleware());
app.use((ctx) => {
  // @ts-expect-error: it is only there where a delivery was passed on.
  ctx.state.webhook.events;
  for (const event of ctx.state.webhook?.events ?? []) {
    if (event.source === 'ignite' && event.type === 'video.updated') event.payload.updatedAt.toUpperCase();
    // @ts-expect-error: no such source is configured by the environment.
    if (event.source === 'nobody') ctx.status = 204;
  }
});

new Router().post('/webhooks/:source', webhookMiddleware(), (ctx) => {
  // @ts-expect-error: it is only there where a delivery was passed on.
  ctx.state.webhook.events;
  ctx.body = ctx.state.webhook?.source;
});

// @ts-expect-error: no such option.
webhookMiddleware(undefined, { paths: '/hooks' });
