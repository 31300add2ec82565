import type { ServerResponse } from 'node:http';
import { mountedPath } from '@mediahooks/core';
import type { Asked, KoaContext } from '../asked.ts';
import { askedByNode, pathOf } from './node.ts';
import { writeResponse } from './write-response.ts';

/** What the console needs of Koa's context. */
export interface MountedContext extends KoaContext {
  readonly res: ServerResponse;
  readonly path: string;
  readonly originalUrl: string;
  readonly request: { readonly body?: unknown };
  /** What `koa-mount` has taken off the path. */
  readonly mountPath?: string;
  respond?: boolean | undefined;
}

export type KoaMount = (ctx: MountedContext, next: () => Promise<unknown>) => Promise<void>;

/** For Koa 2 and 3: `app.use(console.koa)`, below `/console` or the option `path`; also behind `koa-mount`. */
export const createKoaMount =
  (handle: (asked: Asked) => Promise<Response>, mount: string | undefined): KoaMount =>
  async (ctx, next) => {
    const path = mountedPath(ctx.path, mount ?? (ctx.mountPath ? '/' : '/console'));
    if (path === undefined) return void (await next());
    const { req } = ctx;
    const asked = await askedByNode(req, {
      pathname: pathOf(ctx.originalUrl),
      path,
      left: ctx.request.body,
      from: { address: req.socket?.remoteAddress, req, ctx },
    });
    // why: the answer may be a stream without an end, and is written here.
    ctx.respond = false;
    await writeResponse(ctx.res, await handle(asked));
  };
