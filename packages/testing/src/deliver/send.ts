import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface SendOptions {
  readonly signal?: AbortSignal;
}

interface Sendable {
  readonly headerLines: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** One POST on a connection of its own, so that nothing stays open behind a test. */
export const send = (url: string, { headerLines, body }: Sendable, { signal }: SendOptions): Promise<Response> =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    const headers: Record<string, string[]> = { 'content-length': [String(body.byteLength)] };
    for (const [name, value] of headerLines) headers[name] = [...(headers[name] ?? []), value];
    const request: ClientRequest = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      agent: false,
      headers,
      ...(signal !== undefined && { signal }),
    });
    request.on('error', reject);
    request.on('response', (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () => resolve(responseOf(message, Buffer.concat(chunks))));
    });
    request.end(body);
  });

/** Statuses that a `Response` may have no body with (Fetch, "null body status"). */
const withoutBody: ReadonlySet<number> = new Set([101, 204, 205, 304]);

const responseOf = (message: IncomingMessage, body: Buffer<ArrayBuffer>): Response => {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '');
  }
  return new Response(withoutBody.has(status) ? null : body, {
    status,
    statusText: message.statusMessage ?? '',
    headers,
  });
};
