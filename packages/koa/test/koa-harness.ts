import Router from '@koa/router';
import { webhookMiddleware } from '@mediahooks/koa';
import {
  type AdapterHarness,
  type ContractSetup,
  listen,
  type Mount,
  type RanBefore,
  runBefore,
} from '@mediahooks/testing';
import type Koa from 'koa';
import bodyParser from 'koa-bodyparser';

/** What ran before, in Koa's manner: its parsers leave a body on Koa's request, not on Node's. */
const before = (what: RanBefore): Koa.Middleware => {
  if (what === 'json-parser') return bodyParser();
  if (what === 'text-parser') {
    const parse = bodyParser({ enableTypes: ['text'] });
    return (ctx, next) => {
      ctx.req.headers['content-type'] = 'text/plain';
      return parse(ctx, next);
    };
  }
  return async (ctx, next) => {
    await runBefore(what, ctx.req);
    if (what === 'raw-parser') {
      Object.assign(ctx.request, { body: Reflect.get(ctx.req, 'body') });
      Reflect.deleteProperty(ctx.req, 'body');
    }
    await next();
  };
};

/** Mounts the receiver, and says where its sources are then. */
const mount = (app: Koa, how: Mount, { receiver }: ContractSetup): string => {
  const { webhooks } = receiver;
  if (how === 'root') {
    app.use(webhookMiddleware(webhooks, { path: '/' }));
    return '';
  }
  if (how === 'prefix') {
    app.use(webhookMiddleware(webhooks, { path: '/api/v1/hooks' }));
    return '/api/v1/hooks';
  }
  if (how === 'router') {
    const router = new Router({ prefix: '/api' });
    router.use(webhookMiddleware(webhooks, { path: '/api/hooks' }));
    // why: @koa/router runs its middleware only where one of its routes matches.
    router.all('/hooks/{*rest}', () => undefined);
    app.use(router.routes());
    return '/api/hooks';
  }
  if (how === 'route') {
    const router = new Router();
    router
      .post('/hooks/:source', webhookMiddleware(webhooks))
      .post('/hooks/:source/:token', webhookMiddleware(webhooks));
    app.use(router.routes()).use(router.allowedMethods());
    return '/hooks';
  }
  app.use(webhookMiddleware(webhooks));
  return '/webhooks';
};

/** @param routed Whether the receiver is a route of `@koa/router` where a case asks for nothing else. */
export const koaHarness = (Application: typeof Koa, routed = false): AdapterHarness => ({
  inProcess: true,
  seesSocket: true,
  async start(setup) {
    const { scenario, secondReceiver, answerPassed } = setup;
    const app = new Application();
    // why: believing X-Forwarded-For is Koa's affair; the receiver must not be told by it.
    app.proxy = true;
    app.silent = true;
    app.use(before(scenario.before));
    app.use(async (ctx, next) => {
      if (ctx.path === '/other') ctx.body = 'other';
      else await next();
    });
    const path = mount(app, routed && scenario.mount === 'default' ? 'route' : scenario.mount, setup);
    app.use(webhookMiddleware(secondReceiver.webhooks, { path: '/second' }));
    app.use((ctx) => {
      if (ctx.state.webhook === undefined) return;
      const { status, body } = answerPassed(ctx.state.webhook);
      ctx.status = status;
      ctx.body = body;
    });
    const { origin, stop } = await listen(app.callback());
    return { url: `${origin}${path}`, secondUrl: `${origin}/second`, otherUrl: `${origin}/other`, stop };
  },
});
