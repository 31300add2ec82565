import { BodyError, type BodyLimits, createByteCollector, watchStall } from '@mediahooks/core';
import { alreadyParsed } from './already-parsed.ts';
import type { LeftBody, NodeRequest } from './node-request.ts';

export interface ReadBodyOptions {
  /** Where parsers leave a body. Default: on the request. */
  readonly left?: LeftBody;
  /** What to do where a parser came first. */
  readonly parserMend?: string | undefined;
}

/**
 * The bytes exactly as they came: from the connection, or from whoever has read them before and kept them as bytes. Always ends,
 * whatever middleware ran before.
 *
 * @throws {BodyError} `body-already-parsed` where only something parsed is left, at once; `body-too-large`; `body-incomplete` where
 * the sender went away, sent another length than announced, or sent nothing for `limits.stallMs`.
 */
export const readNodeBody = (
  req: NodeRequest,
  limits: BodyLimits,
  { left = req, parserMend }: ReadBodyOptions = {},
): Promise<Uint8Array> =>
  isUnread(req) && !(left.rawBody instanceof Uint8Array)
    ? readUnread(req, limits, parserMend)
    : takeLeft(req, left, parserMend);

const takeLeft = async (req: NodeRequest, left: LeftBody, parserMend: string | undefined): Promise<Uint8Array> => {
  if (left.rawBody instanceof Uint8Array) return left.rawBody;
  if (left.body instanceof Uint8Array) return left.body;
  if (isGone(req)) throw senderGone();
  // why: a body without a byte cannot have been spoilt by whoever read it.
  if (req.readableEnded && !req.readableDidRead && req._body !== true) return new Uint8Array(0);
  throw alreadyParsed(req, left, parserMend);
};

/** Whether every byte is still to come. `req.body` says nothing of that: Express 4 sets it to `{}` on requests it did not read. */
const isUnread = (req: NodeRequest): boolean =>
  !req.readableDidRead && !req.readableEnded && !req.destroyed && req.readableEncoding === null && req._body !== true;

const isGone = (req: NodeRequest): boolean => req.destroyed && !req.readableEnded;

/**
 * Node tells of a request before it has looked at what came behind the headers: most often the body, whole. That is there one tick
 * later, and known to be complete in the event loop's next phase. Then it is taken without a listener or a timer.
 */
const readUnread = (req: NodeRequest, limits: BodyLimits, parserMend: string | undefined): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const read = (): void => {
      // why: asked again, because whatever ran since then may have read it or closed it.
      if (!isUnread(req)) reject(isGone(req) ? senderGone() : alreadyParsed(req, req, parserMend));
      else resolve(req.complete && isHere(req, limits) ? takeAll(req) : readStream(req, limits, parserMend));
    };
    // why: an error that comes later than all this must not end the process.
    req.on('error', ignore);
    // why: not where somebody listens already. The bytes may go there in the next tick, and are meant for both.
    if (req.complete || req.readableFlowing !== null) read();
    else process.nextTick(() => (isHere(req, limits) ? setImmediate(read) : read()));
  });

/** Whether all that was announced has come, and nobody has begun to read it. */
const isHere = ({ headers, readableFlowing, readableLength }: NodeRequest, { maxBytes }: BodyLimits): boolean =>
  readableFlowing === null &&
  readableLength > 0 &&
  readableLength <= maxBytes &&
  Number(headers['content-length']) === readableLength;

/** What is here. */
const takeAll = (req: NodeRequest): Uint8Array => {
  // why the length: without one, Node 26 gives the first piece alone.
  const body: Uint8Array = req.read(req.readableLength);
  // why: with one, nobody is told of the end before more is asked for.
  req.read();
  return body;
};

const readStream = (req: NodeRequest, limits: BodyLimits, parserMend: string | undefined): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const collector = createByteCollector(limits.maxBytes);
    const announced = req.headers['content-length'];
    if (Number(announced) > limits.maxBytes) return reject(tooLarge(limits));
    const stop = (): void => {
      watch.end();
      req.off('data', take).off('end', finish).off('aborted', leave).off('error', leave).off('close', leave);
    };
    const fail = (error: BodyError): void => {
      stop();
      // why: what still comes is for the answer's writer to throw away.
      req.pause();
      reject(error);
    };
    const watch = watchStall(limits, fail);
    const take = (chunk: unknown): void => {
      // why: setEncoding may be called while the body comes, too.
      if (!(chunk instanceof Uint8Array)) fail(alreadyParsed(req, req, parserMend));
      else if (!collector.add(chunk)) fail(tooLarge(limits));
      else watch.heard();
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
    req.on('data', take).on('end', finish).on('aborted', leave).on('error', leave).on('close', leave);
    // why: middleware may have paused the request, and then listening for data alone does not start it.
    req.resume();
  });

const ignore = (): void => undefined;

const tooLarge = ({ maxBytes }: BodyLimits): BodyError =>
  new BodyError('body-too-large', `The body is larger than ${maxBytes} bytes (option maxBodyBytes).`);

const senderGone = (cause?: unknown): BodyError =>
  new BodyError('body-incomplete', 'The sender went away before the body was complete.', { cause });
