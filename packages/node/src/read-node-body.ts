import { BodyError, type BodyLimits, createByteCollector } from '@mediahooks/core';
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
    const collector = createByteCollector(limits.maxBytes);
    const announced = req.headers['content-length'];
    let cancel = (): void => undefined;
    const stop = (): void => {
      cancel();
      req.off('data', take).off('end', finish).off('aborted', leave).off('error', leave).off('close', leave);
    };
    const fail = (error: BodyError): void => {
      stop();
      // why: what still comes is for the answer's writer to throw away.
      req.pause();
      reject(error);
    };
    const watch = (): void => {
      cancel();
      cancel = limits.clock.after(limits.stallMs, () => {
        fail(new BodyError('body-incomplete', `Nothing came for ${limits.stallMs} ms, and the body was not complete.`));
      });
    };
    const take = (chunk: unknown): void => {
      // why: setEncoding may be called while the body comes, too.
      if (!(chunk instanceof Uint8Array)) fail(alreadyParsed(req, req, parserMend));
      else if (!collector.add(chunk)) fail(tooLarge(limits));
      else watch();
    };
    const leave = (cause?: unknown): void => fail(senderGone(cause));
    const finish = (): void => {
      stop();
      if (announced !== undefined && Number(announced) !== collector.length) {
        reject(new BodyError('body-incomplete', 'The body has another length than its Content-Length announced.'));
        return;
      }
      const { buffer, byteOffset, length } = collector.bytes();
      resolve(Buffer.from(buffer, byteOffset, length));
    };
    // why: an error that comes later than all this must not end the process.
    req.on('error', () => undefined);
    if (Number(announced) > limits.maxBytes) return reject(tooLarge(limits));
    watch();
    req.on('data', take).on('end', finish).on('aborted', leave).on('error', leave).on('close', leave);
    // why: middleware may have paused the request, and then listening for data alone does not start it.
    req.resume();
  });

const tooLarge = ({ maxBytes }: BodyLimits): BodyError =>
  new BodyError('body-too-large', `The body is larger than ${maxBytes} bytes (option maxBodyBytes).`);

const senderGone = (cause?: unknown): BodyError =>
  new BodyError('body-incomplete', 'The sender went away before the body was complete.', { cause });
