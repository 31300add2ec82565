import { BodyError, type BodyLimits } from '@mediahooks/core';
import getRawBody from 'raw-body';
import { alreadyParsed } from './already-parsed.ts';
import type { LeftBody, NodeRequest } from './node-request.ts';

export interface ReadBodyOptions {
  /** Where parsers leave a body. Default: on the request. */
  readonly left?: LeftBody;
  /** What to do where a parser came first. */
  readonly parserMend?: string;
}

/**
 * The bytes exactly as they came: from the connection, or from whoever has read them before and kept them as bytes. Always ends,
 * whatever middleware ran before.
 *
 * @throws {BodyError} `body-already-parsed` where only something parsed is left, at once; `body-too-large`; `body-incomplete` where
 * the sender went away, sent another length than announced, or sent nothing for `limits.stallMs`.
 */
export const readNodeBody = async (
  req: NodeRequest,
  limits: BodyLimits,
  { left = req, parserMend }: ReadBodyOptions = {},
): Promise<Uint8Array> => {
  if (left.rawBody instanceof Uint8Array) return left.rawBody;
  if (isUnread(req)) return readStream(req, limits, parserMend);
  if (left.body instanceof Uint8Array) return left.body;
  if (!req.readableEnded && req.destroyed) throw senderGone();
  // why: a body without a byte cannot have been spoilt by whoever read it.
  if (req.readableEnded && !req.readableDidRead && req._body !== true) return new Uint8Array(0);
  throw alreadyParsed(req, left, parserMend);
};

/** Whether every byte is still to come. `req.body` says nothing of that: Express 4 sets it to `{}` on requests it did not read. */
const isUnread = (req: NodeRequest): boolean =>
  !req.readableDidRead && !req.readableEnded && !req.destroyed && req.readableEncoding === null && req._body !== true;

const readStream = (req: NodeRequest, limits: BodyLimits, parserMend: string | undefined): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    let cancel = (): void => undefined;
    const watch = (): void => {
      cancel();
      cancel = limits.clock.after(limits.stallMs, () => {
        stop();
        reject(
          new BodyError('body-incomplete', `Nothing came for ${limits.stallMs} ms, and the body was not complete.`),
        );
      });
    };
    const stop = (): void => {
      cancel();
      req.off('data', watch);
    };
    watch();
    req.on('data', watch);
    getRawBody(req, { limit: limits.maxBytes, length: req.headers['content-length'] ?? null }).then(
      (bytes) => {
        stop();
        resolve(bytes);
      },
      (error: unknown) => {
        stop();
        reject(bodyError(error, req, limits, parserMend));
      },
    );
    // why: middleware may have paused the request, and then listening for data alone does not start it.
    req.resume();
  });

/** raw-body's errors carry a stable `type` (its README, "Errors"). */
const bodyError = (error: unknown, req: NodeRequest, limits: BodyLimits, parserMend: string | undefined): BodyError => {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') {
    return new BodyError('body-too-large', `The body is larger than ${limits.maxBytes} bytes (option maxBodyBytes).`);
  }
  if (type === 'stream.encoding.set') return alreadyParsed(req, req, parserMend);
  if (type === 'request.size.invalid') {
    return new BodyError('body-incomplete', 'The body has another length than its Content-Length announced.');
  }
  return senderGone(error);
};

const senderGone = (cause?: unknown): BodyError =>
  new BodyError('body-incomplete', 'The sender went away before the body was complete.', { cause });
