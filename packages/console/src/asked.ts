import type { IncomingMessage } from 'node:http';

/** Koa's context, as far as the console looks at it. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly state: Readonly<Record<PropertyKey, unknown>>;
}

declare global {
  namespace Express {
    // why: named, so that what login middleware adds to it (`user`, `session`) is typed for `authorize`, without a dependency on Express.
    interface Request {}
  }
}

/** What is known of a request besides itself, for `authorize`. */
export interface RequestOrigin {
  /** The address of the other end of the connection; a proxy's, where there is one. `undefined` on platforms that show no connection. */
  readonly address: string | undefined;
  /** Node's request, with what Express's middleware has put on it. */
  readonly req?: IncomingMessage & Express.Request;
  /** Koa's context. */
  readonly ctx?: KoaContext;
}

/** A request as every mount hands it over. */
export interface Asked {
  readonly request: Request;
  /** The path as the browser has it, as far as this server sees it: `/admin/console/deliveries`. */
  readonly pathname: string;
  /** What of it follows the mount: `/deliveries`, and `/` for the mount itself. */
  readonly path: string;
  readonly from: RequestOrigin;
}
