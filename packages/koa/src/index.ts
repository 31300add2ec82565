export type { StateWebhook } from './state.ts';
export { type WebhookMiddlewareOptions, webhookMiddleware } from './webhook-middleware.ts';
