export { type WebhookApiHandler, type WebhookApiRouteOptions, webhookApiRoute } from './webhook-api-route.ts';
export {
  type RouteContext,
  type RouteHandler,
  type RouteParams,
  type WebhookRoute,
  webhookRoute,
} from './webhook-route.ts';
