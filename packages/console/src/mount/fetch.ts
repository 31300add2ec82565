import { mountedPath } from '@mediahooks/core';
import type { Asked } from '../asked.ts';
import { outside } from './node.ts';

export interface FetchOrigin {
  /** The address of the other end of the connection, where the platform knows it: `server.requestIP(request)?.address` on Bun. */
  readonly address?: string | null | undefined;
}

export type FetchMount = (request: Request, origin?: FetchOrigin) => Promise<Response>;

/** For Hono, Bun, Deno, Workers and whatever else speaks fetch. Outside its mount it answers 404. */
export const createFetchMount =
  (handle: (asked: Asked) => Promise<Response>, mount = '/console'): FetchMount =>
  (request, origin) => {
    const { pathname } = new URL(request.url);
    const path = mountedPath(pathname, mount) ?? outside;
    return handle({ request, pathname, path, from: { address: addressOf(origin) } });
  };

// why: Workers hand their environment over in this place.
const addressOf = (origin: FetchOrigin | undefined): string | undefined =>
  typeof origin?.address === 'string' ? origin.address : undefined;
