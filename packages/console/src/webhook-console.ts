import {
  type Clock,
  ConfigurationError,
  checkMount,
  checkOptions,
  checkReceiver,
  type Logger,
  positiveInteger,
  type Receiver,
  systemClock,
} from '@mediahooks/core';
import { createHandle } from './handle.ts';
import { createFetchMount, type FetchMount } from './mount/fetch.ts';
import { createKoaMount, type KoaMount } from './mount/koa.ts';
import { createRouteMount, type RouteMount } from './mount/next.ts';
import { createNodeMount, type NodeMount } from './mount/node.ts';
import { type AuditHook, consoleAuditLogger, createAudit } from './safety/audit.ts';
import { type Authorize, createAuthorize } from './safety/authorize.ts';

export interface WebhookConsoleOptions {
  /**
   * Who may see the console, and what they may do. `'local'` allows this machine alone to see and to act, by the connection's address:
   * for development. Required.
   */
  readonly authorize: Authorize | 'local';
  /**
   * Where the console is mounted. Default: where the framework has mounted it (`app.use('/console', …)` in Express, `koa-mount`, a
   * catch-all route of Next.js), else `/console`.
   */
  readonly path?: string;
  /** Gets a line for every replay, discard and reveal (`info`), and the console's own failures (`error`). Default: standard output and error. */
  readonly logger?: Pick<Logger, 'error' | 'info'>;
  /** Called for every replay, discard and reveal, besides the logger. What it throws ends the action it tells of. */
  readonly audit?: AuditHook;
  /**
   * Where platforms send to, for the copied `curl`: the receiver's mount. Default: `/webhooks` at the address the page is open under, where
   * that is `localhost`, `*.localhost` or a loopback address; else `http://localhost:3000/webhooks`.
   */
  readonly receiver?: string;
  /** How often an open page looks for something new; the overview at a third of that rate. Milliseconds, default 2000. */
  readonly refreshMs?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/** The console, for every framework it mounts in. Each is a function of its own: it may be handed over without the object. */
export interface WebhookConsole {
  /** `http.createServer(console.node)`; Express: `app.use('/console', console.node)`; Next.js's `pages/api`. */
  readonly node: NodeMount;
  /** `app.use(console.koa)` */
  readonly koa: KoaMount;
  /** `Request` → `Response`: Hono, Bun, Deno, Workers. */
  readonly fetch: FetchMount;
  /** Next.js: `export const { GET, POST } = console;` in `app/console/[[...path]]/route.ts`. */
  readonly GET: RouteMount;
  readonly POST: RouteMount;
}

/**
 * A web page over the inbox of a receiver: what arrived, why it failed, and sending it again. Rendered here; loads nothing from another
 * host.
 *
 * ```ts
 * const console = webhookConsole(webhooks, { authorize: (_request, { req }) => req?.user?.isAdmin === true });
 * app.use('/console', console.node);
 * ```
 *
 * @throws {ConfigurationError} `authorize-missing` without `authorize`; `inbox-missing` for a receiver that keeps nothing;
 * `option-unknown`, `option-invalid`.
 */
export const webhookConsole = (webhooks: Receiver, options: WebhookConsoleOptions): WebhookConsole => {
  const owner = 'webhookConsole';
  checkReceiver(owner, webhooks, "webhookConsole(webhooks, { authorize: 'local' })");
  checkOptions(owner, options ?? {}, ['authorize', 'path', 'logger', 'audit', 'receiver', 'refreshMs', 'clock']);
  const authorize = createAuthorize(options?.authorize);
  checkMount(owner, options.path);
  const { inbox } = webhooks;
  if (inbox === undefined) {
    throw new ConfigurationError('inbox-missing', `${owner}: this receiver has no inbox, so there is nothing to show.`);
  }
  if (options.audit !== undefined && typeof options.audit !== 'function') {
    throw new ConfigurationError('option-invalid', `${owner}: option "audit" must be a function.`);
  }
  const logger = options.logger ?? {
    ...consoleAuditLogger,
    error: (fields, message) => console.error(`[mediahooks] ${message}`, fields),
  };
  const clock = options.clock ?? systemClock;
  const handle = createHandle({
    webhooks,
    inbox,
    authorize,
    audit: createAudit(logger, options.audit, clock.now),
    logger,
    clock,
    receiver: options.receiver,
    refreshMs: positiveInteger(owner, 'refreshMs', options.refreshMs, 2000),
  });
  const route = createRouteMount(handle, options.path);
  return {
    node: createNodeMount(handle, options.path),
    koa: createKoaMount(handle, options.path),
    fetch: createFetchMount(handle, options.path),
    GET: route,
    POST: route,
  };
};
