import { readWebStream } from './body/read-stream.ts';
import { checkReceiver } from './check-receiver.ts';
import type { Receiver } from './create-webhooks.ts';
import type { BodyLimits, IncomingDelivery } from './delivery.ts';
import { BodyError, ConfigurationError } from './errors.ts';
import { headersFromEntries } from './headers.ts';
import { checkMount, mountedPath } from './mounted-path.ts';
import { checkOptions } from './options.ts';
import { outcomeResponse } from './outcome.ts';

export interface FetchHandlerOptions {
  /** Where the receiver is mounted. Default `/webhooks`: deliveries come to `/webhooks/<source>`. */
  readonly path?: string;
  /**
   * Gives the address of the other end of the connection, where the platform knows it: `request.headers.get('cf-connecting-ip')` on
   * Cloudflare, `server.requestIP(request)?.address` on Bun. A header that a client can set is no address.
   */
  readonly address?: (request: Request) => string | null | undefined;
}

export interface FetchContext {
  /** Keeps the platform alive for handlers that go on after the answer: Workers' `ctx.waitUntil`, Next.js's `after`. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

export type FetchHandler = (request: Request, context?: FetchContext) => Promise<Response>;

/**
 * A receiver as a function from `Request` to `Response`: for Hono, Workers, Bun, Deno, SvelteKit and whatever else speaks fetch.
 *
 * @throws {ConfigurationError} `address-unavailable` where a source is proven by its address and neither `address` nor
 * `trustProxy` tells it; `option-unknown`, `option-invalid`.
 */
export const createFetchHandler = (webhooks: Receiver, options: FetchHandlerOptions = {}): FetchHandler => {
  checkReceiver('createFetchHandler', webhooks, "createFetchHandler(webhooks, { path: '/webhooks' })");
  checkOptions('createFetchHandler', options, ['path', 'address']);
  const { address, path = '/webhooks' } = options;
  checkMount('createFetchHandler', path);
  if (address === undefined)
    requireTrustProxy(webhooks, 'createFetchHandler', 'option "address" of createFetchHandler, or ');
  return async (request, context) => {
    const url = new URL(request.url);
    const incoming = incomingFromRequest(request, mountedPath(url.pathname, path) ?? '/', url.search.slice(1), context);
    const outcome = await webhooks.receive(
      address === undefined ? incoming : withAddress(incoming, () => address(request)),
    );
    const { status, headers, body } = outcomeResponse(outcome);
    return new Response(body, { status, headers: { ...headers } });
  };
};

/** As a getter, so that an `address` that throws does so inside the pipeline, which answers all the same. */
const withAddress = (incoming: IncomingDelivery, address: () => string | null | undefined): IncomingDelivery => ({
  ...incoming,
  hasSocket: true,
  get socketAddress() {
    return address() ?? undefined;
  },
});

/** @throws {ConfigurationError} `address-unavailable`, for adapters of platforms that show no connection. */
export const requireTrustProxy = (webhooks: Receiver, owner: string, alternative = ''): void => {
  if (webhooks.addressSources.length === 0 || webhooks.believesProxies) return;
  throw new ConfigurationError(
    'address-unavailable',
    `${owner}: ${webhooks.addressSources.join(', ')} is proven by the sender's address, and this platform does not show it. ` +
      `Set ${alternative}trustProxy in createWebhooks to the number of proxies in front; without a proxy, use another adapter.`,
  );
};

/** Translates a fetch request. `path` is what follows the mount, `query` has no `?`. */
export const incomingFromRequest = (
  request: Request,
  path: string,
  query: string,
  context: FetchContext = {},
): IncomingDelivery => ({
  method: request.method,
  path,
  query,
  headers: headersFromEntries(request.headers),
  socketAddress: undefined,
  hasSocket: false,
  readBody: (limits) => readRequestBody(request, limits),
  // why: called on the context it came with: Workers' throws "Illegal invocation" for any other.
  ...(context.waitUntil !== undefined && { waitUntil: (work) => context.waitUntil?.(work) }),
});

const readRequestBody = async (request: Request, limits: BodyLimits): Promise<Uint8Array> => {
  if (request.bodyUsed || request.body?.locked === true) {
    throw new BodyError(
      'body-already-parsed',
      'The body has been read before: something called request.json() or request.text(). Hand over the request unread, or request.clone().',
      { found: 'body-read-before' },
    );
  }
  const announced = request.headers.get('content-length');
  const length = announced !== null && /^[0-9]+$/.test(announced) ? Number(announced) : undefined;
  if (request.body !== null) return readWebStream(request.body, length, limits);
  if (length === undefined || length === 0) return new Uint8Array(0);
  throw new BodyError('body-incomplete', `There is no body, ${length} bytes were announced.`);
};
