import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface KnownWebhook {
  readonly id: string;
  readonly url: string;
  readonly secret_token: string;
}

/** What the server does with one request instead of answering as it should. */
export type Trouble =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  /** Does what is asked of it, and closes the connection without an answer. */
  | 'lose-answer'
  /** Never answers. */
  | 'hang';

export interface ApiServer {
  readonly baseUrl: string;
  readonly webhooks: KnownWebhook[];
  readonly requests: string[];
  /** For the next requests, in order. `undefined`: as it should. */
  readonly troubles: (Trouble | undefined)[];
  /** Replaces the address of the next page. */
  nextPage: string | undefined;
  close(): Promise<void>;
}

export const organizationId = 'edee9b';
export const apiToken = 'api-token-of-the-organization';

/** Answers as TPStreams' page on webhooks says (developer.tpstreams.com, "Web Hooks"), on 127.0.0.1. */
export const startApiServer = async (pageSize = 2): Promise<ApiServer> => {
  const webhooks: KnownWebhook[] = [];
  const requests: string[] = [];
  const troubles: (Trouble | undefined)[] = [];
  let made = 0;

  const act = async (request: IncomingMessage, base: URL): Promise<{ status: number; body?: object | string }> => {
    if (request.headers.authorization !== `Token ${apiToken}`)
      return { status: 401, body: { detail: 'Invalid token.' } };
    const all = `/api/v1/${organizationId}/webhooks/`;
    if (!base.pathname.startsWith(all)) {
      return { status: 404, body: 'The requested resource was not found on this server.' };
    }
    const id = base.pathname.slice(all.length).replace(/\/$/, '');
    if (id === '' && request.method === 'GET') {
      const page = Number(base.searchParams.get('page') ?? 1);
      const next = page * pageSize < webhooks.length ? `${base.origin}${all}?page=${page + 1}` : null;
      return {
        status: 200,
        body: {
          count: webhooks.length,
          next: next === null ? null : (server.nextPage ?? next),
          previous: null,
          results: webhooks.slice((page - 1) * pageSize, page * pageSize),
        },
      };
    }
    const at = webhooks.findIndex((one) => one.id === id);
    if (id !== '' && at === -1) return { status: 404, body: { detail: 'Not found.' } };
    if (request.method === 'DELETE') {
      webhooks.splice(at, 1);
      return { status: 204 };
    }
    const { secret_token, url } = JSON.parse(await text(request));
    if (typeof url !== 'string' || !url.startsWith('http')) {
      return { status: 400, body: { url: ['Enter a valid URL.'] } };
    }
    made += id === '' ? 1 : 0;
    const webhook = { url, secret_token, id: id === '' ? `00000000-0000-4000-8000-00000000000${made}` : id };
    if (id === '') webhooks.push(webhook);
    else webhooks[at] = webhook;
    return { status: id === '' ? 201 : 200, body: webhook };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`);
    const trouble = troubles.shift();
    if (trouble === 'hang') return;
    if (typeof trouble === 'object') {
      response.writeHead(trouble.status, trouble.headers).end(trouble.body);
      return;
    }
    const { body, status } = await act(request, new URL(request.url ?? '/', server.baseUrl));
    if (trouble === 'lose-answer') request.socket.destroy();
    else if (typeof body === 'string') response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
    else response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
  };
  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const server: ApiServer = {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    webhooks,
    requests,
    troubles,
    nextPage: undefined,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
};
