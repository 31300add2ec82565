import { headersFromRaw, type IncomingDelivery, type TrustFunction } from '@mediahooks/core';
import type { LeftBody, NodeRequest } from './node-request.ts';
import { readNodeBody } from './read-node-body.ts';

export interface NodeRequestPlace {
  /** What follows the place the adapter is mounted at: `/ignite`. Percent-encoded. */
  readonly path: string;
  /** The query string without its `?`. */
  readonly query: string;
  /** The framework's own proxy setting. */
  readonly trust?: TrustFunction;
  /** Where the framework's parsers leave a body. Default: on the request. */
  readonly left?: LeftBody;
  /** What to do where a parser came first, in the framework's own words; ends the operator's hint. */
  readonly parserMend?: string;
}

/** Translates a request of `node:http`. Nothing of the body is read until the pipeline asks for it. */
export const incomingFromNode = (
  req: NodeRequest,
  { path, query, trust, left = req, parserMend }: NodeRequestPlace,
): IncomingDelivery => {
  const incoming: IncomingDelivery = {
    method: req.method ?? '',
    path,
    query,
    headers: headersFromRaw(req.rawHeaders),
    // why: a socket that is closed by now has no address. It stays undefined, and address guards refuse.
    socketAddress: req.socket?.remoteAddress,
    hasSocket: true,
    readBody: (limits) => readNodeBody(req, limits, { left, parserMend }),
  };
  return trust === undefined ? incoming : { ...incoming, trust };
};

/**
 * The two halves of a request target: `/webhooks/ignite` and `a=b` of `/webhooks/ignite?a=b`. Nothing is decoded. Of the absolute form
 * (`http://host/webhooks/ignite`, RFC 9112, section 3.2.2) and of a fragment, which no client may send, routers see the path alone.
 */
export const splitTarget = (target = '/'): { readonly path: string; readonly query: string } => {
  const origin = target.startsWith('/') ? '' : (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i.exec(target)?.[0] ?? '');
  const fragment = target.indexOf('#');
  const local = target.slice(origin.length, fragment === -1 ? undefined : fragment);
  const mark = local.indexOf('?');
  const path = mark === -1 ? local : local.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : local.slice(mark + 1) };
};
