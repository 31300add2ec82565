export type { RequestWebhook } from './request.ts';

export {
  type WebhookMiddleware,
  type WebhookMiddlewareOptions,
  type WebhookRequest,
  webhookMiddleware,
} from './webhook-middleware.ts';
