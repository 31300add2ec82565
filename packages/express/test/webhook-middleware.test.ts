import { jest } from '@jest/globals';
import { createWebhooks, defineProvider, ipAllowlist } from '@mediahooks/core';
import { webhookMiddleware } from '@mediahooks/express';
import { ignite } from '@mediahooks/providers';
import { igniteSignature, listen } from '@mediahooks/testing';
import express from 'express';
import express4 from 'express4';

const secret = 'whsec_test_secret_0001';
const video = { id: 'v1', createdAt: '2024-01-15T10:30:00.000Z', updatedAt: '2024-01-15T10:30:00.000Z' };
const body = JSON.stringify(video);

const signed = (headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers: {
    'content-type': 'application/json',
    'x-webhook-signature': igniteSignature(secret, body, Date.now()),
    'x-webhook-event': 'video.updated',
    ...headers,
  },
});

const receiver = (hints: string[] = []) => {
  const webhooks = createWebhooks({
    sources: { ignite: ignite({ secret, dedupe: false }) },
    logger: false,
    observe: { rejected: (_delivery, { hint }) => void hints.push(hint) },
  });
  webhooks.on('*', () => undefined);
  return webhooks;
};

/** Status and code (or outcome) of each path, of an app. */
const answers = async (app: express.Express, paths: readonly string[], request: RequestInit = signed()) => {
  const { origin, stop } = await listen(app);
  const found: unknown[] = [];
  for (const path of paths) {
    const response = await fetch(`${origin}${path}`, request);
    const text = await response.text();
    const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
    found.push([response.status, json.code ?? json.outcome ?? 'not ours']);
  }
  await stop();
  return found;
};

const handled = [200, 'handled'];
const notOurs = [404, 'not ours'];

for (const [version, module] of [
  ['5', express],
  ['4', express4],
] as const) {
  describe(`the path, in Express ${version}`, () => {
    test('is /webhooks where the middleware is mounted at the root', async () => {
      const app = module().use(webhookMiddleware(receiver()));
      expect(await answers(app, ['/webhooks/ignite', '/ignite', '/webhooksy/ignite'])).toEqual([
        handled,
        notOurs,
        notOurs,
      ]);
    });

    test('is / where the middleware is mounted below a prefix', async () => {
      const app = module().use('/hooks', webhookMiddleware(receiver()));
      expect(await answers(app, ['/hooks/ignite', '/hooks/webhooks/ignite', '/ignite'])).toEqual([
        handled,
        [404, 'unknown-source'],
        notOurs,
      ]);
    });

    test('is the one that was given, below whatever prefix', async () => {
      const app = module().use('/api', webhookMiddleware(receiver(), { path: '/in' }));
      expect(await answers(app, ['/api/in/ignite', '/api/ignite'])).toEqual([handled, notOurs]);
    });

    test("is a route's :source, before the default and after one that was given", async () => {
      const app = module();
      app.post('/a/:source', webhookMiddleware(receiver()));
      app.use('/b/:source', webhookMiddleware(receiver(), { path: '/' }));
      expect(await answers(app, ['/a/ignite', '/a/nobody', '/b/tenant/ignite'])).toEqual([
        handled,
        [404, 'unknown-source'],
        handled,
      ]);
    });
  });

  describe(`"trust proxy", in Express ${version}`, () => {
    const addressed = (trustProxy?: number) => {
      const webhooks = createWebhooks({
        sources: {
          far: defineProvider({
            name: 'far',
            guards: [ipAllowlist({ ranges: ['203.0.113.0/24'] })],
            schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
            types: ['sent'],
            events: (payload) => [{ type: 'sent', payload }],
          }),
        },
        logger: false,
        ...(trustProxy !== undefined && { trustProxy }),
      });
      webhooks.on('far.sent', () => undefined);
      return webhooks;
    };
    const forwarded = { method: 'POST', body, headers: { 'x-forwarded-for': '203.0.113.5' } };
    const forbidden = [403, 'address-not-allowed'];

    test('counts where the receiver has no trustProxy', async () => {
      const app = module().use(webhookMiddleware(addressed()));
      expect(await answers(app, ['/webhooks/far'], forwarded)).toEqual([forbidden]);
      app.set('trust proxy', 1);
      expect(await answers(app, ['/webhooks/far'], forwarded)).toEqual([handled]);
      app.set('trust proxy', 'loopback');
      expect(await answers(app, ['/webhooks/far'], forwarded)).toEqual([handled]);
    });

    test('does not count where the receiver has a trustProxy of its own', async () => {
      const app = module().use(webhookMiddleware(addressed(0)));
      app.set('trust proxy', 1);
      expect(await answers(app, ['/webhooks/far'], forwarded)).toEqual([forbidden]);
    });

    test('set to true proves no address', async () => {
      const app = module().use(webhookMiddleware(addressed()));
      app.set('trust proxy', true);
      expect(await answers(app, ['/webhooks/far'], forwarded)).toEqual([forbidden]);
    });
  });

  describe(`what ran before, in Express ${version}`, () => {
    test('a JSON parser is named in the hint, with the line that keeps the bytes', async () => {
      const hints: string[] = [];
      const app = module().use(module.json(), webhookMiddleware(receiver(hints)));
      expect(await answers(app, ['/webhooks/ignite'])).toEqual([[500, 'body-already-parsed']]);
      expect(hints.join()).toMatch(
        /JSON parser like express\.json\(\).* ran first.*before the parser.*req\.rawBody = buf/,
      );
    });

    test('a parser for other content types does no harm', async () => {
      const app = module().use(module.json({ type: 'application/vnd.other' }), webhookMiddleware(receiver()));
      expect(await answers(app, ['/webhooks/ignite'])).toEqual([handled]);
    });
  });

  test(`a route that fails is answered by the app, in Express ${version}`, async () => {
    const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
    const app = module().set('env', 'test').use(webhookMiddleware(webhooks));
    let calls = 0;
    app.post('/webhooks/:source', (req, res, next) => {
      calls += 1;
      if (calls === 1) return next(new Error('the route failed'));
      res.status(201).json({ outcome: req.webhook?.events[0]?.source });
    });
    // why: the same delivery again, as a platform sends it after a 500.
    const again = signed();
    expect(await answers(app, ['/webhooks/ignite', '/webhooks/ignite', '/webhooks/ignite'], again)).toEqual([
      [500, 'not ours'],
      [201, 'ignite'],
      [200, 'duplicate'],
    ]);
  });
}

describe('without a receiver', () => {
  const variables = Object.keys(process.env).filter((name) => name.startsWith('MEDIAHOOKS_'));
  afterEach(() => {
    delete process.env.MEDIAHOOKS_IGNITE_SECRET;
  });

  test('takes the sources that the environment configures', async () => {
    process.env.MEDIAHOOKS_IGNITE_SECRET = secret;
    // why: such a receiver logs to the console, and what it refuses is expected here.
    const warn = jest.spyOn(console, 'warn').mockReturnValue();
    const app = express().use(webhookMiddleware());
    app.post('/webhooks/:source', (req, res) => void res.json({ outcome: req.webhook?.source }));
    expect(await answers(app, ['/webhooks/ignite', '/webhooks/gcore'])).toEqual([
      [200, 'ignite'],
      [404, 'unknown-source'],
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test('throws at once where the environment configures none', () => {
    expect(variables).toEqual([]);
    expect(() => webhookMiddleware()).toThrow(expect.objectContaining({ code: 'nothing-configured' }));
  });
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
