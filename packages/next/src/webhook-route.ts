import {
  checkReceiver,
  incomingFromRequest,
  type OutcomeResponse,
  outcomeResponse,
  type Receiver,
  requireTrustProxy,
} from '@mediahooks/core';
// why: with its ending, because next has no `exports` and Node's own ES modules then want the file's whole name.
import { after } from 'next/server.js';
import { pathFromSegments } from './path-from-segments.ts';
import { receiverOnDemand } from './receiver-on-demand.ts';
import { type UnhurriedBody, unhurriedBody } from './unhurried-body.ts';

/** What Next.js hands a route handler besides the request. */
export interface RouteContext {
  /** Missing where nothing in the route's path is variable. */
  readonly params?: Promise<RouteParams>;
}

/** `source` from a folder `[source]` or `[...source]`; `token` from a folder `[token]` inside `[source]`. */
export interface RouteParams {
  readonly source?: readonly string[] | string;
  readonly token?: string;
}

export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

/** `POST` receives; the others answer 405 with `Allow: POST`, where without them Next.js answers for itself. */
export interface WebhookRoute {
  readonly POST: RouteHandler;
  readonly GET: RouteHandler;
  readonly HEAD: RouteHandler;
  readonly PUT: RouteHandler;
  readonly PATCH: RouteHandler;
  readonly DELETE: RouteHandler;
  readonly OPTIONS: RouteHandler;
}

/**
 * A receiver as route handlers of the App Router, for `app/webhooks/[source]/route.ts`; also for `[...source]`, where the token of
 * a source may be a segment of its own, and for a folder per source (`app/webhooks/ignite/route.ts`).
 *
 * ```ts
 * export const { POST } = webhookRoute(webhooks);
 * ```
 *
 * A function instead of a receiver is called at the first delivery: for builds that have no secrets. It is called again at the next
 * one if it throws.
 *
 * @throws {ConfigurationError} `address-unavailable` where a source is proven by its address and `trustProxy` names no proxy: Next.js
 * shows route handlers no connection; `option-invalid` for what is no receiver.
 */
export const webhookRoute = (webhooks: Receiver | (() => Promise<Receiver> | Receiver)): WebhookRoute => {
  const receiver = receiverOnDemand(webhooks, (ready) => {
    checkReceiver('webhookRoute', ready, 'export const { POST } = webhookRoute(webhooks)');
    requireTrustProxy(ready, 'webhookRoute');
  });
  const handle: RouteHandler = async (request, { params }) => {
    const url = new URL(request.url);
    const { source, token } = (await params) ?? {};
    const path = pathFromSegments([source, token], url.pathname);
    const { receive } = await receiver();
    const body = request.body === null || request.bodyUsed ? undefined : unhurriedBody(request.body);
    const unread = body === undefined ? request : withBody(request, body.stream);
    const outcome = await receive(incomingFromRequest(unread, path, url.search.slice(1), { waitUntil: afterAnswer }));
    return toResponse(outcomeResponse(outcome), body);
  };
  return { POST: handle, GET: handle, HEAD: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
};

const withBody = (request: Request, body: ReadableStream<Uint8Array>): Request =>
  new Request(request.url, { method: request.method, headers: request.headers, body, ...{ duplex: 'half' } });

const toResponse = ({ status, headers, body }: OutcomeResponse, unread: UnhurriedBody | undefined): Response => {
  const init: { status: number; headers: Record<string, string> } = { status, headers: { ...headers } };
  if (headers.connection !== 'close' || unread === undefined) return new Response(body, init);
  // why: the answer goes at once, but its end, and with it the connection's, waits for what still comes: a socket closed over unread
  // bytes is reset, and the answer lost with it (RFC 9112, section 9.6).
  const bytes = new TextEncoder().encode(body);
  const patient = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(bytes);
      await unread.rest();
      controller.close();
    },
  });
  // why: announced, so that the answer is whole before its end: to a sender that never stops, that end may not get through. Next.js 16.4
  // drops the length and sends chunks (its send-response.js): there such a sender may miss the last, empty one, and nothing else.
  init.headers['content-length'] = String(bytes.length);
  return new Response(patient, init);
};

/** Keeps a serverless function alive for handlers that go on past the deadline. */
const afterAnswer = (work: Promise<unknown>): void => {
  try {
    after(work);
  } catch {
    // why: there is no `waitUntil` here, or no Next.js at all (a unit test). The handlers run on as long as the process does, and
    // an answer that says otherwise would have the platform send again what is being handled.
  }
};
