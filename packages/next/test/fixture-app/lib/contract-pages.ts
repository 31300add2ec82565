import { type WebhookApiHandler, webhookApiRoute } from '@mediahooks/next';
import { runBefore } from '@mediahooks/testing';
import { type ContractStart, type Mounted, mountScenario } from './contract.ts';

declare global {
  var contractApiRoutes: Map<string, Mounted<WebhookApiHandler>> | undefined;
}

// why: on the global object, because each route has its own copy of this module.
globalThis.contractApiRoutes ??= new Map();
const routes = globalThis.contractApiRoutes;

export const startContract = (start: ContractStart) => mountScenario(routes, start, webhookApiRoute);

/** For files with `bodyParser: false`, and, where Next.js's own parser has to run first, for one without. */
export const contractApiRoute: WebhookApiHandler = async (req, res) => {
  const mounted = routes.get(String(req.query.scenario));
  if (mounted === undefined) return void res.status(501).end('No such scenario.');
  if (mounted.scenario.before !== 'json-parser') await runBefore(mounted.scenario.before, req);
  await mounted.handler(req, res);
};
