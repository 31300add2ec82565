import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Post {
  readonly url: string;
  /** In order; a name may come twice. `content-length` is added. */
  readonly headerLines: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly agent?: Agent;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** The beginning of the body, as text. */
  readonly text: string;
  readonly durationMs: number;
}

/** So much of an answer is read; the rest is thrown away. Bytes. */
const maxAnswerBytes = 65_536;

/**
 * Sends one request, its bytes and header lines as they are.
 *
 * @throws {Error} where there is no answer: the connection fails, `timeoutMs` pass, or `signal` aborts.
 */
export const post = ({ agent, body, headerLines, signal, timeoutMs, url }: Post): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const target = new URL(url);
    const length = ['content-length', String(body.byteLength)];
    const rawHeaders = ['host', target.host, ...loginOf(target, headerLines), ...headerLines.flat(), ...length];
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      headers: rawHeaders,
      signal: anyOf(AbortSignal.timeout(timeoutMs), signal),
      ...(agent !== undefined && { agent }),
    });
    request.on('error', reject);
    request.on('response', (message) => {
      readText(message).then(
        (text) => resolve({ status: message.statusCode ?? 0, text, durationMs: performance.now() - startedAt }),
        reject,
      );
    });
    request.end(body);
  });

/** User and password of a URL, as a header; for a receiver behind a login of its own. */
const loginOf = ({ password, username }: URL, headerLines: Post['headerLines']): readonly string[] => {
  if (username === '' || headerLines.some(([name]) => name.toLowerCase() === 'authorization')) return [];
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return ['authorization', `Basic ${Buffer.from(login).toString('base64')}`];
};

const anyOf = (timeout: AbortSignal, signal: AbortSignal | undefined): AbortSignal =>
  signal === undefined ? timeout : AbortSignal.any([timeout, signal]);

const readText = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    if (bytes < maxAnswerBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8');
};

/** Why there was no answer, in words. */
export const describeFailure = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return describeFailure(error.errors[0]);
  if (!(error instanceof Error)) return 'the connection failed';
  if (error.name === 'TimeoutError' || (error.cause instanceof Error && error.cause.name === 'TimeoutError'))
    return 'no answer in time';
  const code = 'code' in error ? String(error.code) : error.name;
  return failures[code] ?? `the connection failed (${code})`;
};

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was closed before the answer (ECONNRESET)',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  EPIPE: 'the connection was closed while sending (EPIPE)',
  ABORT_ERR: 'interrupted',
};
