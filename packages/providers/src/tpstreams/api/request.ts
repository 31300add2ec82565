import { type Clock, ConfigurationError } from '@mediahooks/core';
import { serverWords } from './server-words.ts';
import { codeOfStatus, TpstreamsApiError } from './tpstreams-api-error.ts';

export interface ApiConnection {
  /** Where every request goes; the token is sent nowhere else. */
  readonly origin: string;
  readonly token: string;
  /** So long one request may take, its answer included. Milliseconds. */
  readonly timeoutMs: number;
  /** How often a request is sent at most. */
  readonly attempts: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fetch: typeof fetch;
}

export interface ApiRequest {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** Whole; on the connection's origin. */
  readonly url: string;
  readonly body?: { readonly url: string; readonly secret_token: string };
  /**
   * Asked before a request is sent again of which nobody knows whether it had its effect (no answer, or 5xx): what it gives is taken
   * for the answer.
   */
  readonly settled?: () => Promise<unknown>;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/**
 * Sends a request, again on 429, 5xx and where no answer came, and gives the JSON of the answer; `undefined` where it is empty.
 *
 * @throws {TpstreamsApiError} for everything else.
 */
export const sendRequest = async (connection: ApiConnection, request: ApiRequest): Promise<unknown> => {
  const { attempts, clock } = connection;
  if (new URL(request.url).origin !== connection.origin) {
    // why: the answer to a list names the next page, and the token must not follow it anywhere.
    throw new TpstreamsApiError('tpstreams-unexpected', 'TPStreams named a next page on another server. Not followed.');
  }
  for (let attempt = 1; ; attempt += 1) {
    const answer = await answerTo(connection, request);
    if (!(answer instanceof TpstreamsApiError) && answer.status >= 200 && answer.status < 300) return jsonOf(answer);
    // why: the first of them has removed it, though its answer was lost.
    if (request.method === 'DELETE' && attempt > 1 && !(answer instanceof Error) && answer.status === 404) return;
    const error = answer instanceof TpstreamsApiError ? answer : errorOf(connection, request, answer);
    const isAgainUseful = error.code === 'tpstreams-unavailable' || error.code === 'tpstreams-rate-limited';
    if (!isAgainUseful || attempt >= attempts) throw error;
    await wait(clock, delayMs(connection, attempt, answer instanceof Error ? null : answer.retryAfter));
    if (error.code === 'tpstreams-unavailable' && request.settled !== undefined) {
      const settled = await request.settled();
      if (settled !== undefined) return settled;
    }
  }
};

/** The whole answer within the time there is, or why there is none. */
const answerTo = async (connection: ApiConnection, request: ApiRequest): Promise<Answer | TpstreamsApiError> => {
  const { clock, timeoutMs, token } = connection;
  const abort = new AbortController();
  const cancel = clock.after(timeoutMs, () => abort.abort());
  try {
    const response = await connection.fetch(request.url, {
      method: request.method,
      headers: {
        authorization: `Token ${token}`,
        accept: 'application/json',
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      // why: a redirection would carry the secret token of a webhook elsewhere.
      redirect: 'manual',
      signal: abort.signal,
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await textOf(response) };
  } catch (error) {
    if (error instanceof TpstreamsApiError) return error;
    const why = abort.signal.aborted ? `gave no answer within ${timeoutMs} ms` : 'cannot be reached';
    return new TpstreamsApiError('tpstreams-unavailable', `${connection.origin} ${why}.`, {}, { cause: error });
  } finally {
    cancel();
  }
};

/** The body, of bounded length. */
const textOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxAnswerLength) {
      throw new TpstreamsApiError('tpstreams-unexpected', `The answer is longer than ${maxAnswerLength} characters.`, {
        status: response.status,
      });
    }
  }
  return text + decoder.decode();
};

const maxAnswerLength = 4_194_304;

const jsonOf = ({ status, text }: Answer): unknown => {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TpstreamsApiError(
      'tpstreams-unexpected',
      `The answer (${status}) is not JSON.`,
      { status },
      { cause: error },
    );
  }
};

const errorOf = (connection: ApiConnection, request: ApiRequest, { status, text }: Answer): TpstreamsApiError => {
  const secrets = [connection.token, ...(request.body === undefined ? [] : [request.body.secret_token])];
  const detail = serverWords(text, secrets);
  const code = codeOfStatus(status);
  const said = detail === '' ? '' : `: ${detail}`;
  const message = `TPStreams answered ${request.method} ${new URL(request.url).pathname} with ${status}${said}${/[.!?]$/.test(said) ? '' : '.'}${advice[code] ?? ''}`;
  return new TpstreamsApiError(code, message, { status, detail });
};

const advice: Readonly<Record<string, string>> = {
  'tpstreams-unauthorized': ' Check the token, and that it belongs to this organization.',
  'tpstreams-not-found': ' Check the organization id, and the id of the webhook.',
};

/** What the server asks for, up to a minute; else half a second, doubling, give or take a quarter. */
const delayMs = ({ clock, random }: ApiConnection, attempt: number, retryAfter: string | null): number => {
  const asked = retryAfter === null ? Number.NaN : secondsOf(retryAfter, clock.now());
  const ms = Number.isNaN(asked) ? 500 * 2 ** (attempt - 1) * (0.75 + random() / 2) : asked * 1000;
  return Math.round(Math.min(Math.max(ms, 0), maxDelayMs));
};

const maxDelayMs = 60_000;

const secondsOf = (retryAfter: string, now: number): number =>
  /^[0-9]{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;

const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/**
 * The origin of the API's address.
 *
 * @throws {ConfigurationError} `option-invalid` where a token would travel unencrypted.
 */
export const originOf = (owner: string, baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isLoopback = url !== undefined && /^(127\.[0-9.]+|localhost|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.origin;
  throw new ConfigurationError('option-invalid', `${owner}: option "baseUrl" must be an https address.`);
};
