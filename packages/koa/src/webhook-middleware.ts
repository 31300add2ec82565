import { checkMount, checkOptions, checkReceiver, mountedPath, type PassOn, type Receiver } from '@mediahooks/core';
import {
  incomingFromNode,
  type LeftBody,
  type NodeRequest,
  pathFromParams,
  splitTarget,
  writeOutcome,
} from '@mediahooks/node';
import { webhooksFromEnvironment } from '@mediahooks/providers/environment';
import type { Middleware } from 'koa';

export interface WebhookMiddlewareOptions {
  /** Where the receiver is mounted. Default: the route's `:source`, where it has one; else `/webhooks`. */
  readonly path?: string;
}

/** Koa's request, with what its parsers may have put on it. */
interface ParsedRequest extends LeftBody {
  readonly req: NodeRequest;
}

const rightCalls =
  "webhookMiddleware(webhooks, { path: '/webhooks' }); or, for sources from the environment, " +
  "webhookMiddleware(undefined, { path: '/webhooks' })";

const parserMend =
  'Use the webhooks before koa-bodyparser or @koa/bodyparser, or keep the parser away from their path: ' +
  'ctx.disableBodyParser = true in a middleware before it.';

/**
 * A receiver for Koa 2 and 3: `app.use(webhookMiddleware(webhooks))`, or as a route of `@koa/router`:
 * `router.post('/webhooks/:source', webhookMiddleware(webhooks))`, and `/webhooks/:source/:token` where the URL holds a token. Other
 * requests go to the next middleware.
 *
 * Without any handler registered, verified deliveries go there too, as `ctx.state.webhook`. Behind the middleware in a route nothing
 * unverified comes: a route whose path names no source that way is answered 404.
 *
 * Koa's `app.proxy` does not count: `ctx.ip` believes what the sender wrote. Set `trustProxy` in `createWebhooks`.
 *
 * @param webhooks Default: sources configured by environment variables.
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`; `nothing-configured` without `webhooks` and without any variable set.
 */
export const webhookMiddleware = (
  webhooks: Receiver = webhooksFromEnvironment(),
  options: WebhookMiddlewareOptions = {},
): Middleware => {
  checkReceiver('webhookMiddleware', webhooks, rightCalls);
  checkOptions('webhookMiddleware', options, ['path']);
  checkMount('webhookMiddleware', options.path);
  const middleware: Middleware = async (ctx, next) => {
    // why: a path that is given counts alone. Koa's router leaves its params for all that comes after it.
    const params = options.path === undefined ? pathFromParams(ctx.params) : undefined;
    // why: a route has this middleware to have its requests verified, and what comes behind it counts on that.
    const inRoute = isPartOf(ctx.matched, middleware);
    const path = params ?? mountedPath(ctx.path, options.path ?? '/webhooks') ?? (inRoute ? '/' : undefined);
    if (path === undefined) return void (await next());
    const { query } = splitTarget(ctx.req.url);
    let failure: { readonly error: unknown } | undefined;
    const passOn: PassOn = async (verified) => {
      Object.assign(ctx.state, { webhook: verified });
      try {
        await next();
        // why: below 400, as 404 is what Koa answers where no route took it.
        return ctx.status < 400;
      } catch (error) {
        failure = { error };
        return false;
      }
    };
    const outcome = await webhooks.receive(
      incomingFromNode(ctx.req, { path, query, left: leftBody(ctx.req, ctx.request), parserMend }),
      webhooks.passesOn ? passOn : undefined,
    );
    // why: the route's error is Koa's to answer, as if the webhooks were not there.
    if (failure !== undefined) throw failure.error;
    if (outcome.kind === 'passed') return;
    // why: the answer is written here, so that no middleware outside can turn it into another.
    ctx.respond = false;
    writeOutcome(ctx.res, outcome);
  };
  return middleware;
};

/** Whether one of the routes that `@koa/router` matched runs the middleware itself: not so under `app.use` and `router.use`. */
const isPartOf = (matched: unknown, middleware: Middleware): boolean =>
  Array.isArray(matched) &&
  matched.some(
    ({ methods, stack }: { readonly methods?: unknown; readonly stack?: unknown }) =>
      // why: what came by `router.use` is in the list too, and has no methods.
      Array.isArray(methods) && methods.length > 0 && Array.isArray(stack) && stack.includes(middleware),
  );

/** Google Cloud Functions and connect's middleware leave a body on Node's request, Koa's parsers on Koa's. */
const leftBody = (req: NodeRequest, request: ParsedRequest): LeftBody => ({
  body: request.body ?? req.body,
  rawBody: req.rawBody ?? request.rawBody,
});
