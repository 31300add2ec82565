export type { StateWebhook } from './state.ts';

export {
  type WebhookContext,
  type WebhookMiddleware,
  type WebhookMiddlewareOptions,
  webhookMiddleware,
} from './webhook-middleware.ts';
