import { BodyError, type RejectionCause } from '@mediahooks/core';
import type { LeftBody, NodeRequest } from './node-request.ts';

const defaultMend =
  'Let the webhooks come first, or keep the bytes as a Buffer in req.rawBody. ' +
  'express.json({ verify: (req, _res, buf) => { req.rawBody = buf } }) does that.';

/** The bytes are gone. The hint says what has been found instead, and what to do. */
export const alreadyParsed = (req: NodeRequest, left: LeftBody, mend = defaultMend): BodyError => {
  const [found, evidence] = evidenceOf(req, left);
  return new BodyError(
    'body-already-parsed',
    `Signatures are over the bytes as they came, and something has read them before: ${evidence}. ${mend}`,
    { found },
  );
};

const evidenceOf = (
  req: NodeRequest,
  { body, rawBody }: LeftBody,
): readonly [found: RejectionCause, evidence: string] => {
  if (req.readableEncoding !== null) {
    const encoding = JSON.stringify(req.readableEncoding);
    return ['body-encoding-set', `setEncoding(${encoding}) was called on the request, which turns bytes into text`];
  }
  if (typeof rawBody === 'string') {
    return ['body-as-text', 'rawBody is text, and decoding has changed what was not valid in its encoding'];
  }
  if (typeof body === 'string')
    return ['body-as-text', 'the body is text, so a text parser like express.text() ran first'];
  if (typeof body === 'object' && body !== null)
    return ['body-parsed', `the body is an object, so ${parserOf(req)} ran first`];
  if (req.readableEnded) return ['body-read-before', 'the request has been read to its end, and nothing is left of it'];
  return ['body-read-before', 'a part of the request has been read'];
};

/** Parsers go by the type of the content. */
const parserOf = ({ headers }: NodeRequest): string => {
  const type = headers['content-type'] ?? '';
  if (type.includes('json')) return 'a JSON parser like express.json() or koa-bodyparser';
  if (type.includes('x-www-form-urlencoded')) return 'a form parser like express.urlencoded()';
  if (type.includes('multipart/')) return 'a parser of uploads like multer';
  return 'a JSON or form parser';
};
