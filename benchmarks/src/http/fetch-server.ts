import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** The same little bridge from `node:http` to fetch for both sides. */
export const createFetchServer = (handle: (request: Request) => Promise<Response>): Server => {
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const headers = new Headers();
    for (let index = 0; index + 1 < req.rawHeaders.length; index += 2) {
      headers.append(req.rawHeaders[index] ?? '', req.rawHeaders[index + 1] ?? '');
    }
    // why: in a variable, because the DOM's types know no `duplex`, which a body that is a stream needs.
    const init = { method: req.method ?? 'GET', headers, body: webStreamOf(req), duplex: 'half' };
    const response = await handle(new Request(`http://${req.headers.host}${req.url}`, init));
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  };
  return createServer((req, res) => {
    answer(req, res).catch(() => res.writeHead(500).end());
  });
};

const webStreamOf = (req: IncomingMessage): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      req.on('data', (chunk: Uint8Array) => controller.enqueue(chunk));
      req.on('end', () => controller.close());
      req.on('error', (error) => controller.error(error));
    },
  });
