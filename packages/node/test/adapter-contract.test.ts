import { createNodeHandler, type NodeRequest } from '@mediahooks/node';
import { type AdapterHarness, adapterContract, listen, type Mount, runBefore } from '@mediahooks/testing';

const mounts: Partial<Record<Mount, string>> = { root: '/', prefix: '/api/v1/hooks' };

const harness: AdapterHarness = {
  inProcess: true,
  seesSocket: true,
  async start({ scenario, receiver, secondReceiver, answerPassed }) {
    const path = mounts[scenario.mount] ?? '/webhooks';
    const first = createNodeHandler(receiver.webhooks, { path });
    const second = createNodeHandler(secondReceiver.webhooks, { path: '/second' });
    const server = await listen(async (req: NodeRequest, res) => {
      await runBefore(scenario.before, req);
      await first(req, res, () =>
        second(req, res, () => {
          if (req.webhook === undefined) return void res.end('other');
          const { status, body } = answerPassed(req.webhook);
          res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        }),
      );
    });
    const { origin, stop } = server;
    return {
      url: `${origin}${path.replace(/\/$/, '')}`,
      secondUrl: `${origin}/second`,
      otherUrl: `${origin}/other`,
      stop,
    };
  },
};

const cases = adapterContract(harness, {
  'works below a router': 'node:http has none.',
  'works as a route with parameters': 'node:http has none.',
});

describe('node:http', () => {
  for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
});
