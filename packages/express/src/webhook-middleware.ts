import type { ServerResponse } from 'node:http';
import {
  checkMount,
  checkOptions,
  checkReceiver,
  mountedPath,
  type Receiver,
  type TrustFunction,
} from '@mediahooks/core';
import {
  incomingFromNode,
  type NodeRequest,
  passToNext,
  pathFromParams,
  splitTarget,
  writeOutcome,
} from '@mediahooks/node';
import { webhooksFromEnvironment } from '@mediahooks/providers/environment';

export interface WebhookMiddlewareOptions {
  /**
   * Where the receiver is mounted. Default: the route's `:source`, where it has one; else `/` where the middleware itself is mounted
   * under a prefix, and `/webhooks` where it is not.
   */
  readonly path?: string;
}

/** What the middleware needs of a request of Express 4 or 5. */
export interface WebhookRequest extends NodeRequest {
  readonly baseUrl: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The route that was matched last. */
  readonly route?: unknown;
  readonly app: { get(setting: 'trust proxy fn'): unknown };
}

/** Resolves when the delivery has its answer; never rejects. */
export type WebhookMiddleware = (
  req: WebhookRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

const rightCalls =
  "webhookMiddleware(webhooks, { path: '/webhooks' }); or, for sources from the environment, " +
  "webhookMiddleware(undefined, { path: '/webhooks' })";

const parserMend =
  'Mount the webhooks before the parser, or keep the bytes: ' +
  'express.json({ verify: (req, _res, buf) => { req.rawBody = buf } }).';

/**
 * A receiver for Express 4.17 and later, and 5. Below a prefix (`app.use('/webhooks', webhookMiddleware(webhooks))`), at the root
 * (then under `/webhooks`), or as a route with parameters: `app.post('/hooks/:source', webhookMiddleware(webhooks))`, and
 * `/hooks/:source/:token` where the URL holds a token. Other requests go to the next middleware.
 *
 * Without any handler registered, verified deliveries go there too, as `req.webhook`. Behind the middleware as a handler of a route nothing
 * unverified comes: a route whose path names no source that way is answered 404.
 *
 * The app's `trust proxy` counts where the receiver has no `trustProxy` of its own.
 *
 * @param webhooks Default: sources configured by environment variables.
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`; `nothing-configured` without `webhooks` and without any variable set.
 */
export const webhookMiddleware = (
  webhooks: Receiver = webhooksFromEnvironment(),
  options: WebhookMiddlewareOptions = {},
): WebhookMiddleware => {
  checkReceiver('webhookMiddleware', webhooks, rightCalls);
  checkOptions('webhookMiddleware', options, ['path']);
  checkMount('webhookMiddleware', options.path);
  const middleware: WebhookMiddleware = async (req, res, next) => {
    const { path: pathname, query } = splitTarget(req.url);
    const params = options.path === undefined ? pathFromParams(req.params) : undefined;
    const mount = options.path ?? (req.baseUrl === '' ? '/webhooks' : '/');
    // why: a route has this middleware to have its requests verified, and the handler behind it counts on that.
    const path = params ?? mountedPath(pathname, mount) ?? (isHandlerOf(req.route, middleware) ? '/' : undefined);
    if (path === undefined) return next();
    const trust = req.app.get('trust proxy fn');
    const outcome = await webhooks.receive(
      incomingFromNode(req, { path, query, parserMend, ...(isTrustFunction(trust) && { trust }) }),
      webhooks.passesOn ? passToNext(req, res, next) : undefined,
    );
    writeOutcome(res, outcome);
  };
  return middleware;
};

/** Whether the route that was matched last runs the middleware itself: not so under `app.use`, where it is another's. */
const isHandlerOf = (route: unknown, middleware: WebhookMiddleware): boolean =>
  typeof route === 'object' &&
  route !== null &&
  'stack' in route &&
  Array.isArray(route.stack) &&
  route.stack.some(({ handle }: { readonly handle?: unknown }) => handle === middleware);

const isTrustFunction = (value: unknown): value is TrustFunction => typeof value === 'function';
