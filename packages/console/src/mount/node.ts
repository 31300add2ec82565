import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersFromRaw, mountedPath } from '@mediahooks/core';
import type { Asked, RequestOrigin } from '../asked.ts';
import { formBody } from './form-body.ts';
import { writeResponse } from './write-response.ts';

/** What Express and parsers may have put on a request. */
export interface MountedRequest extends IncomingMessage {
  /** What came before the mount, in Express. */
  readonly baseUrl?: string;
  /** The whole target, where a framework has shortened `url`. */
  readonly originalUrl?: string;
  readonly body?: unknown;
}

/** Handles requests of the console; hands all others on, or answers 404 where nothing comes after. Resolves once it is answered. */
export type NodeMount = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => Promise<void>;

/** For `http.createServer`, Express (`app.use('/console', console.node)`) and API routes of Next.js's Pages Router. */
export const createNodeMount =
  (handle: (asked: Asked) => Promise<Response>, mount: string | undefined): NodeMount =>
  async (req: MountedRequest, res, next) => {
    const given = pathOf(req.url);
    const path = mountedPath(given, mount ?? (req.baseUrl ? '/' : '/console'));
    if (path === undefined && next !== undefined) return next();
    const asked = await askedByNode(req, {
      pathname: pathOf(req.originalUrl ?? req.url),
      path,
      left: req.body,
      from: { address: req.socket?.remoteAddress, req },
    });
    await writeResponse(res, await handle(asked));
  };

export interface NodePlace {
  readonly pathname: string;
  /** `undefined` outside the mount. */
  readonly path: string | undefined;
  /** What a parser has made of the body. */
  readonly left: unknown;
  readonly from: RequestOrigin;
}

export const askedByNode = async (req: MountedRequest, { from, left, path, pathname }: NodePlace): Promise<Asked> => {
  const target = req.originalUrl ?? req.url ?? '/';
  const query = target.includes('?') ? target.slice(target.indexOf('?')) : '';
  const isTls = 'encrypted' in req.socket && req.socket.encrypted === true;
  const headers = new Headers();
  // why: as they came. Requests of HTTP/2 have no `headersDistinct`; names with a colon are theirs, and no headers.
  for (const [name, value] of headersFromRaw(req.rawHeaders).entries()) {
    if (!name.startsWith(':')) headers.append(name, value);
  }
  const body = await formBody(req, left);
  // why: the name in `Host` may be anything at all, and nothing here goes by it.
  const request = new Request(new URL(`${isTls ? 'https' : 'http'}://localhost${safePath(pathname)}${query}`), {
    method: safeMethod(req.method),
    headers,
    ...(body !== undefined && { body }),
  });
  return { request, pathname, path: path ?? outside, from };
};

/** Leads to no page. */
export const outside = '/outside/the/mount';

/** The path of a request target, nothing decoded. */
export const pathOf = (target = '/'): string => {
  const [path = ''] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i, '').split(/[?#]/, 1);
  return path.startsWith('/') ? path : `/${path}`;
};

// why: `//evil.example` after a host is still a path there, but not to a parser that is given it alone.
const safePath = (pathname: string): string => pathname.replace(/^\/+/, '/');

/** Those that a `Request` cannot have are refused like any that is not known. */
const safeMethod = (method = 'GET'): string => (/^(CONNECT|TRACE|TRACK)$/i.test(method) ? 'OPTIONS' : method);
