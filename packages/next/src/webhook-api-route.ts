import { ConfigurationError, checkOptions, checkReceiver, type Receiver } from '@mediahooks/core';
import { incomingFromNode, splitTarget, writeOutcome } from '@mediahooks/node';
import type { NextApiRequest, NextApiResponse } from 'next';
import { pathFromSegments } from './path-from-segments.ts';
import { receiverOnDemand } from './receiver-on-demand.ts';

export interface WebhookApiRouteOptions {
  /**
   * Keeps a serverless function alive for handlers that go on past the deadline, where the platform has such a function
   * (`waitUntil` of `@vercel/functions`). Next.js's own `after` does not exist for pages/api. A process of one's own needs nothing.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/** Resolves when the delivery has its answer. */
export type WebhookApiHandler = (req: NextApiRequest, res: NextApiResponse) => Promise<void>;

const parserMend =
  'In a pages/api route Next.js parses bodies itself. Add to the file of this route, word for word, because Next.js reads it without ' +
  'running it: export const config = { api: { bodyParser: false } };';

/**
 * A receiver as an API route of the Pages Router, for `pages/api/webhooks/[source].ts`; also for `[...source].ts`, where the token of
 * a source may be a segment of its own.
 *
 * ```ts
 * export const config = { api: { bodyParser: false } };
 * export default webhookApiRoute(webhooks);
 * ```
 *
 * A function instead of a receiver is called at the first delivery: for builds that have no secrets. It is called again at the next
 * one if it throws.
 *
 * @throws {ConfigurationError} `address-unavailable` where a source is proven by its address and `trustProxy` is not set. The connection
 * is known here, but on hosted platforms it is the platform's own, so the number of proxies has to be said, or `false` for none;
 * `option-unknown`, `option-invalid`.
 */
export const webhookApiRoute = (
  webhooks: Receiver | (() => Promise<Receiver> | Receiver),
  options: WebhookApiRouteOptions = {},
): WebhookApiHandler => {
  checkOptions('webhookApiRoute', options, ['waitUntil']);
  const receiver = receiverOnDemand(webhooks, (ready) => {
    checkReceiver('webhookApiRoute', ready, 'export default webhookApiRoute(webhooks)');
    requireStatedProxies(ready);
  });
  return async (req, res) => {
    const { path: pathname, query } = splitTarget(req.url);
    const path = pathFromSegments([req.query.source], pathname);
    const { receive } = await receiver();
    writeOutcome(res, await receive({ ...incomingFromNode(req, { path, query, parserMend }), ...options }));
  };
};

const requireStatedProxies = ({ addressSources, hasTrustProxy }: Receiver): void => {
  if (addressSources.length === 0 || hasTrustProxy) return;
  throw new ConfigurationError(
    'address-unavailable',
    `webhookApiRoute: ${addressSources.join(', ')} is proven by the sender's address, and only you know what is in front of Next.js. ` +
      'Set trustProxy in createWebhooks to the number of proxies in front, or to false where senders connect to Next.js directly.',
  );
};
