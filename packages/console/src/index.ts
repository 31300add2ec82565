export type { KoaContext, RequestOrigin } from './asked.ts';
export type { FetchMount, FetchOrigin } from './mount/fetch.ts';
export type { KoaMount, MountedContext } from './mount/koa.ts';
export type { RouteContext, RouteMount } from './mount/next.ts';
export type { NodeMount } from './mount/node.ts';
export type { AuditEntry, AuditHook } from './safety/audit.ts';
export type { Authorize, Permissions } from './safety/authorize.ts';
export { isLocal } from './safety/local.ts';
export { type WebhookConsole, type WebhookConsoleOptions, webhookConsole } from './webhook-console.ts';
