import { webhookMiddleware } from '@mediahooks/express';
import {
  type AdapterHarness,
  type ContractSetup,
  listen,
  type Mount,
  type RanBefore,
  runBefore,
} from '@mediahooks/testing';
import type express from 'express';

/** The module of Express 4 or 5, by Express 5's types. */
export type ExpressModule = typeof express;

/** Express's own parsers, set up the way their users do. */
const parsers = (module: ExpressModule): Partial<Record<RanBefore, express.RequestHandler>> => ({
  'json-parser': module.json(),
  'text-parser': module.text({ type: '*/*' }),
  'raw-parser': module.raw({ type: '*/*' }),
  'parser-keeping-bytes': module.json({
    verify: (req, _res, rawBody) => {
      Object.assign(req, { rawBody });
    },
  }),
});

/** Mounts the receiver, and says where its sources are then. */
const mount = (module: ExpressModule, app: express.Express, how: Mount, { receiver }: ContractSetup): string => {
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
    const router = module.Router();
    router.use('/hooks', webhookMiddleware(webhooks));
    app.use('/api', router);
    return '/api/hooks';
  }
  if (how === 'route') {
    app.post(['/hooks/:source', '/hooks/:source/:token'], webhookMiddleware(webhooks));
    return '/hooks';
  }
  app.use('/webhooks', webhookMiddleware(webhooks));
  return '/webhooks';
};

export const expressHarness = (module: ExpressModule): AdapterHarness => ({
  inProcess: true,
  seesSocket: true,
  async start(setup) {
    const { scenario, secondReceiver, answerPassed } = setup;
    const app = module();
    // why: Express's own answer to an error goes to the console too; the tests expect some.
    app.set('env', 'test');
    const parser = parsers(module)[scenario.before];
    app.use(parser ?? ((req, _res, next) => void runBefore(scenario.before, req).then(() => next(), next)));
    app.get('/other', (_req, res) => void res.end('other'));
    const path = mount(module, app, scenario.mount, setup);
    app.use('/second', webhookMiddleware(secondReceiver.webhooks));
    app.use((req, res, next) => {
      if (req.webhook === undefined) return next();
      const { status, body } = answerPassed(req.webhook);
      res.status(status).json(body);
    });
    const { origin, stop } = await listen(app);
    return { url: `${origin}${path}`, secondUrl: `${origin}/second`, otherUrl: `${origin}/other`, stop };
  },
});
