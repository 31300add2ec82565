import Router from '@koa/router';
import { createWebhooks } from '@mediahooks/core';
import { webhookMiddleware } from '@mediahooks/koa';
import { ignite } from '@mediahooks/providers';
import { igniteSignature, listen } from '@mediahooks/testing';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import Koa2 from 'koa2';

const secret = 'whsec_test_secret_0001';
const body = JSON.stringify({
  id: 'v1',
  createdAt: '2024-01-15T10:30:00.000Z',
  updatedAt: '2024-01-15T10:30:00.000Z',
});

const signed = () => ({
  method: 'POST',
  body,
  headers: {
    'content-type': 'application/json',
    'x-webhook-signature': igniteSignature(secret, body, Date.now()),
    'x-webhook-event': 'video.updated',
  },
});

const unhandled = (hints: string[] = []) =>
  createWebhooks({
    sources: { ignite: ignite({ secret }) },
    logger: false,
    observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
  });

const receiver = (hints: string[] = [], handle: () => unknown = () => undefined) => {
  const webhooks = unhandled(hints);
  webhooks.on('*', handle);
  return webhooks;
};

/** Status and code (or outcome, or text) of each path, of an app. */
const answers = async (app: Koa, paths: readonly string[], request: RequestInit = signed()) => {
  app.silent = true;
  const { origin, stop } = await listen(app.callback());
  const found: unknown[] = [];
  for (const path of paths) {
    const response = await fetch(`${origin}${path}`, request);
    const text = await response.text();
    const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
    found.push([response.status, json.code ?? json.outcome ?? text]);
  }
  await stop();
  return found;
};

const handled = [200, 'handled'];
const notFound = [404, 'Not Found'];

for (const [version, Application] of [
  ['3', Koa],
  ['2', Koa2],
] as const) {
  describe(`Koa ${version}`, () => {
    test('takes /webhooks, or the path that was given, and leaves the rest to the next middleware', async () => {
      const app = new Application().use(webhookMiddleware(receiver()));
      expect(await answers(app, ['/webhooks/ignite', '/ignite', '/webhooksy/ignite'])).toEqual([
        handled,
        notFound,
        notFound,
      ]);
      const elsewhere = new Application().use(webhookMiddleware(receiver(), { path: '/in' }));
      expect(await answers(elsewhere, ['/in/ignite', '/webhooks/ignite'])).toEqual([handled, notFound]);
    });

    test('takes no path from the parameters of a route that came before, where one was given', async () => {
      const router = new Router().post('/shops/:source', (_ctx, next) => next());
      const app = new Application();
      app.use(router.routes());
      app.use(webhookMiddleware(receiver(), { path: '/in' }));
      expect(await answers(app, ['/shops/ignite', '/in/ignite'])).toEqual([notFound, handled]);
    });

    test('middleware outside, as an error page or a 404 page, does not change an answer', async () => {
      const app = new Application();
      app.use(async (ctx, next) => {
        await next();
        if (ctx.status >= 400) {
          ctx.status = 200;
          ctx.body = 'a page';
        }
      });
      app.use(async (ctx, next) => {
        await next();
        if (ctx.status === 404 && ctx.body === undefined) ctx.throw(404);
      });
      const failing = receiver([], () => {
        throw new Error('the handler failed');
      });
      app.use(webhookMiddleware(failing));
      expect(await answers(app, ['/webhooks/ignite', '/webhooks/nobody'])).toEqual([
        [500, 'handler-failed'],
        [404, 'unknown-source'],
      ]);
    });

    test('middleware outside sees the status of an answer', async () => {
      const seen: number[] = [];
      const app = new Application();
      app.use(async (ctx, next) => {
        await next();
        seen.push(ctx.status);
      });
      app.use(webhookMiddleware(receiver()));
      await answers(app, ['/webhooks/ignite', '/webhooks/nobody']);
      expect(seen).toEqual([200, 404]);
    });

    test("a route's error is Koa's to answer, and the delivery may come again", async () => {
      const errors: unknown[] = [];
      let calls = 0;
      const app = new Application().use(webhookMiddleware(unhandled()));
      app.on('error', (error) => errors.push(error));
      app.use((ctx) => {
        calls += 1;
        if (calls === 1) throw new Error('the route failed');
        ctx.body = { outcome: ctx.state.webhook?.events[0]?.source };
      });
      // why: the same delivery again, as a platform sends it after a 500.
      const again = signed();
      expect(await answers(app, ['/webhooks/ignite', '/webhooks/ignite', '/webhooks/ignite'], again)).toEqual([
        [500, 'Internal Server Error'],
        [200, 'ignite'],
        [200, 'duplicate'],
      ]);
      expect(errors).toEqual([expect.objectContaining({ message: 'the route failed' })]);
    });

    test('a delivery that no route takes does not count as handled', async () => {
      const app = new Application().use(webhookMiddleware(unhandled()));
      expect(await answers(app, ['/webhooks/ignite', '/webhooks/ignite'], signed())).toEqual([notFound, notFound]);
    });

    test('names a parser that ran first, and what to do', async () => {
      const hints: string[] = [];
      const app = new Application().use(bodyParser()).use(webhookMiddleware(receiver(hints)));
      expect(await answers(app, ['/webhooks/ignite'])).toEqual([[500, 'body-already-parsed']]);
      expect(hints.join()).toMatch(/rawBody is text.*before koa-bodyparser.*ctx\.disableBodyParser = true/);
    });

    test('reads what a parser was kept away from', async () => {
      const app = new Application();
      app.use((ctx, next) => {
        ctx.disableBodyParser = true;
        return next();
      });
      app.use(bodyParser()).use(webhookMiddleware(receiver()));
      expect(await answers(app, ['/webhooks/ignite'])).toEqual([handled]);
    });
  });
}

test('without a receiver, throws at once where the environment configures none', () => {
  expect(() => webhookMiddleware()).toThrow(expect.objectContaining({ code: 'nothing-configured' }));
});

test('refuses options that do not exist, and a path that nothing can match', () => {
  const misspelt = { path: '/hooks', paht: '/hooks' };
  expect(() => webhookMiddleware(receiver(), misspelt)).toThrow(expect.objectContaining({ code: 'option-unknown' }));
  expect(() => webhookMiddleware(receiver(), { path: 'hooks' })).toThrow(
    expect.objectContaining({ code: 'option-invalid' }),
  );
});

test.each([
  ['options in its place', [{ path: '/hooks' }], /got another object\. Write webhookMiddleware\(webhooks, \{ path/],
  ['null', [null], /got null/],
  ['a factory', [createWebhooks, {}], /got a function/],
  ['a promise', [Promise.resolve(receiver()), {}], /got a promise, which has to be awaited/],
])('refuses what is no receiver: %s', (_what, given, message) => {
  expect(() => Reflect.apply(webhookMiddleware, undefined, given)).toThrow(
    expect.objectContaining({ code: 'option-invalid', message: expect.stringMatching(message) }),
  );
  expect(() => Reflect.apply(webhookMiddleware, undefined, given)).toThrow(/webhookMiddleware\(undefined, \{ path/);
});
