import { BodyError } from '@mediahooks/core';
import type { LeftBody, NodeRequest } from './node-request.ts';

const defaultMend =
  'Let the webhooks come first, or keep the bytes as a Buffer in req.rawBody. ' +
  'express.json({ verify: (req, _res, buf) => { req.rawBody = buf } }) does that.';

/** The bytes are gone. The hint says what has been found instead, and what to do. */
export const alreadyParsed = (req: NodeRequest, left: LeftBody, mend = defaultMend): BodyError =>
  new BodyError(
    'body-already-parsed',
    `Signatures are over the bytes as they came, and something has read them before: ${evidence(req, left)}. ${mend}`,
  );

const evidence = (req: NodeRequest, { body, rawBody }: LeftBody): string => {
  if (req.readableEncoding !== null) {
    return `setEncoding(${JSON.stringify(req.readableEncoding)}) was called on the request, which turns bytes into text`;
  }
  if (typeof rawBody === 'string')
    return 'rawBody is text, and decoding has changed what was not valid in its encoding';
  if (typeof body === 'string') return 'the body is text, so a text parser like express.text() ran first';
  if (typeof body === 'object' && body !== null) return 'the body is an object, so a JSON or form parser ran first';
  if (req.readableEnded) return 'the request has been read to its end, and nothing is left of it';
  return 'a part of the request has been read';
};
