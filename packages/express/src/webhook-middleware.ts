import type { ServerResponse } from 'node:http';
import { checkMount, checkOptions, mountedPath, type Receiver, type TrustFunction } from '@mediahooks/core';
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
  readonly app: { get(setting: 'trust proxy fn'): unknown };
}

/** Resolves when the delivery has its answer; never rejects. */
export type WebhookMiddleware = (
  req: WebhookRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

const parserMend =
  'Mount the webhooks before the parser, or keep the bytes: ' +
  'express.json({ verify: (req, _res, buf) => { req.rawBody = buf } }).';

/**
 * A receiver for Express 4.17 and later, and 5. Below a prefix (`app.use('/webhooks', webhookMiddleware(webhooks))`), at the root
 * (then under `/webhooks`), or as a route with parameters: `app.post('/hooks/:source', webhookMiddleware(webhooks))`, and
 * `/hooks/:source/:token` where the URL holds a token. Other requests go to the next middleware.
 *
 * Without any handler registered, verified deliveries go there too, as `req.webhook`.
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
  checkOptions('webhookMiddleware', options, ['path']);
  checkMount('webhookMiddleware', options.path);
  return async (req, res, next) => {
    const { path: pathname, query } = splitTarget(req.url);
    const params = options.path === undefined ? pathFromParams(req.params) : undefined;
    const mount = options.path ?? (req.baseUrl === '' ? '/webhooks' : '/');
    const path = params ?? mountedPath(pathname, mount);
    if (path === undefined) return next();
    const trust = req.app.get('trust proxy fn');
    const outcome = await webhooks.receive(
      incomingFromNode(req, { path, query, parserMend, ...(isTrustFunction(trust) && { trust }) }),
      webhooks.passesOn ? passToNext(req, res, next) : undefined,
    );
    writeOutcome(res, outcome);
  };
};

const isTrustFunction = (value: unknown): value is TrustFunction => typeof value === 'function';
