import { type RouteContext, type RouteHandler, type WebhookRoute, webhookRoute } from '@mediahooks/next';
import type { RanBefore } from '@mediahooks/testing';
import { type ContractStart, type Mounted, mountScenario } from './contract.ts';

declare global {
  var contractRoutes: Map<string, Mounted<WebhookRoute>> | undefined;
}

// why: on the global object, because each route has its own copy of this module.
globalThis.contractRoutes ??= new Map();
const routes = globalThis.contractRoutes;

export const startContract = (start: ContractStart) => mountScenario(routes, start, webhookRoute);

interface ContractContext {
  readonly params: Promise<{ scenario: string; source?: string | string[]; token?: string }>;
}

type Method = keyof WebhookRoute;

const contractHandler =
  (method: Method) =>
  async (request: Request, context: ContractContext): Promise<Response> => {
    const { scenario: key, ...params } = await context.params;
    const mounted = routes.get(key);
    if (mounted === undefined) return new Response('No such scenario.', { status: 501 });
    await before[mounted.scenario.before]?.(request);
    const handler: RouteHandler = mounted.handler[method];
    const real: RouteContext = { params: Promise.resolve(params) };
    return handler(request, real);
  };

/** Every method of every route that the contract asks of. */
export const contractRoute = {
  POST: contractHandler('POST'),
  GET: contractHandler('GET'),
  PUT: contractHandler('PUT'),
  PATCH: contractHandler('PATCH'),
  DELETE: contractHandler('DELETE'),
};

/** What a route of the user's may have done with the request before. */
const before: Partial<Record<RanBefore, (request: Request) => Promise<unknown>>> = {
  'json-parser': (request) => request.json(),
  'text-parser': (request) => request.text(),
  drained: (request) => request.arrayBuffer(),
  'half-read': async (request) => {
    const reader = request.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
  },
};
