import { describeFailure, post } from '../http/post.ts';
import { readAnswer } from '../send/tally.ts';
import { roundedMs } from '../terminal/duration.ts';

/** A request as it came. */
export interface ReceivedRequest {
  /** What followed the mount, and the query with its `?`. */
  readonly target: string;
  /** As `node:http` has them: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  /** The sender, proxies taken into account. */
  readonly address: string | undefined;
}

export type ForwardResult =
  | {
      readonly status: number;
      readonly code: string | undefined;
      readonly durationMs: number;
      readonly failure?: undefined;
    }
  | { readonly failure: string };

/** Of one connection, not of the request (RFC 9110, section 7.6.1); host and length are made anew. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Passes requests on to a receiver, one after another, in the order they came. */
export const createForward = (receiver: string, timeoutMs = 30_000) => {
  let last: Promise<unknown> = Promise.resolve();
  const pass = async ({ address, body, rawHeaders, target }: ReceivedRequest): Promise<ForwardResult> => {
    try {
      const headerLines = withSender(headerLinesOf(rawHeaders), address);
      const { durationMs, status, text } = await post({ url: `${receiver}${target}`, headerLines, body, timeoutMs });
      const { code, outcome } = readAnswer(text);
      return { status, code: code ?? outcome, durationMs: roundedMs(durationMs) };
    } catch (error) {
      return { failure: describeFailure(error) };
    }
  };
  return (request: ReceivedRequest): Promise<ForwardResult> => {
    const result = last.then(() => pass(request));
    last = result;
    return result;
  };
};

type HeaderLine = readonly [name: string, value: string];

const headerLinesOf = (rawHeaders: readonly string[]): readonly HeaderLine[] => {
  const lines: HeaderLine[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!hopByHop.has(name.toLowerCase())) lines.push([name, rawHeaders[index + 1] ?? '']);
  }
  return lines;
};

/**
 * Tells the sender's address as a proxy does: the last entry of `X-Forwarded-For` is whom this receiver took for the sender, so that a
 * receiver behind it that believes one proxy takes the same, and nothing that a sender wrote itself.
 */
const withSender = (lines: readonly HeaderLine[], address: string | undefined): readonly HeaderLine[] => {
  if (address === undefined) return lines;
  const told = lines.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  const entries = told
    .join(',')
    .split(',')
    .map((entry) => entry.trim());
  return entries.at(-1) === address ? lines : [...lines, ['x-forwarded-for', address]];
};
