import type { ServerResponse } from 'node:http';
import { checkMount, checkOptions, checkReceiver, mountedPath, type Receiver } from '@mediahooks/core';
import { incomingFromNode, splitTarget } from './incoming-from-node.ts';
import type { NodeRequest } from './node-request.ts';
import { passToNext } from './pass-to-next.ts';
import { writeOutcome } from './write-outcome.ts';

export interface NodeHandlerOptions {
  /** Where the receiver is mounted. Default `/webhooks`: deliveries come to `/webhooks/<source>`. */
  readonly path?: string;
}

/** Resolves when the delivery has its answer; never rejects. */
export type NodeHandler = (req: NodeRequest, res: ServerResponse, next?: (error?: unknown) => void) => Promise<void>;

/**
 * A receiver for `http.createServer`, or as middleware of anything in the manner of connect: with `next`, requests outside `path` go
 * there; without, they are answered 404. With `next` and without any handler registered, verified deliveries go there too, as
 * `req.webhook`.
 *
 * @example http.createServer(createNodeHandler(webhooks)).listen(3000)
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`
 */
export const createNodeHandler = (webhooks: Receiver, options: NodeHandlerOptions = {}): NodeHandler => {
  checkReceiver('createNodeHandler', webhooks, "createNodeHandler(webhooks, { path: '/webhooks' })");
  checkOptions('createNodeHandler', options, ['path']);
  checkMount('createNodeHandler', options.path);
  const { path: mount = '/webhooks' } = options;
  return async (req, res, next) => {
    const { path, query } = splitTarget(req.url);
    const mounted = mountedPath(path, mount);
    if (mounted === undefined && next !== undefined) return next();
    const outcome = await webhooks.receive(
      incomingFromNode(req, { path: mounted ?? '/', query }),
      next !== undefined && webhooks.passesOn ? passToNext(req, res, next) : undefined,
    );
    writeOutcome(res, outcome);
  };
};
