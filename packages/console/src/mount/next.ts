import { mountedPath } from '@mediahooks/core';
import type { Asked } from '../asked.ts';
import { outside } from './node.ts';

/** What Next.js hands a route handler besides the request. */
export interface RouteContext {
  readonly params?: Promise<Readonly<Record<string, readonly string[] | string | undefined>>>;
}

export type RouteMount = (request: Request, context: RouteContext) => Promise<Response>;

/** For the App Router: `app/console/[[...path]]/route.ts` with `export const { GET, POST } = console;`. */
export const createRouteMount =
  (handle: (asked: Asked) => Promise<Response>, mount: string | undefined): RouteMount =>
  async (request, { params }) => {
    const { pathname } = new URL(request.url);
    const path = mount === undefined ? await tailOf(pathname, params) : (mountedPath(pathname, mount) ?? outside);
    // why: Next.js shows no connection, and what stands in `X-Forwarded-For` is anybody's word.
    return handle({ request, pathname, path, from: { address: undefined } });
  };

/** As much of the path's end as the catch-all segment has taken: counted, because its texts are decoded. */
const tailOf = async (pathname: string, params: RouteContext['params']): Promise<string> => {
  const caught = Object.values((await params) ?? {}).find((value) => Array.isArray(value));
  const segments = pathname.split('/').filter((segment) => segment !== '');
  return `/${segments.slice(segments.length - (caught?.length ?? 0)).join('/')}`;
};
