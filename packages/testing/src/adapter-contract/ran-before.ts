import type { IncomingMessage } from 'node:http';
import type { RanBefore } from './scenario.ts';

/**
 * Does to a request of `node:http` what `scenario.before` names, in the manner of body-parser. For adapters on Node; a framework
 * with a parser of its own uses that instead, where it can.
 */
export const runBefore = async (before: RanBefore, req: IncomingMessage): Promise<void> => {
  if (before === 'none') return;
  if (before === 'encoding-set') return void req.setEncoding('utf8');
  if (before === 'paused') return void req.pause();
  if (before === 'half-read') return readSome(req);
  const bytes = await readAll(req);
  if (before === 'drained') return;
  const text = bytes.toString();
  const parsed: unknown = before === 'text-parser' ? text : before === 'raw-parser' ? bytes : JSON.parse(text);
  Object.assign(req, { _body: true, body: parsed });
  if (before === 'parser-keeping-bytes') Object.assign(req, { rawBody: bytes });
  if (before === 'parser-keeping-text') Object.assign(req, { rawBody: text });
};

const readAll = async (req: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/** Takes the first bytes off the request, and leaves it. */
const readSome = (req: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    const take = (): void => {
      if (req.read(5) === null && !req.readableEnded) return;
      req.off('readable', take);
      resolve();
    };
    req.on('readable', take);
  });
