import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFetchHandler } from '@mediahooks/core';
import {
  type AdapterHarness,
  adapterContract,
  type ContractSetup,
  listen,
  type Mount,
  type RanBefore,
} from '@mediahooks/testing';

const mounts: Partial<Record<Mount, string>> = { root: '/', prefix: '/api/v1/hooks' };

/** A fetch server on node:http, as small as it can be. */
const toRequest = (req: IncomingMessage): Request => {
  const headers = new Headers();
  for (let index = 0; index + 1 < req.rawHeaders.length; index += 2) {
    headers.append(req.rawHeaders[index] ?? '', req.rawHeaders[index + 1] ?? '');
  }
  const { method = 'GET' } = req;
  const body = method === 'GET' || method === 'HEAD' ? null : toWebStream(req);
  return new Request(`http://localhost${req.url}`, { method, headers, body, ...{ duplex: 'half' } });
};

// why: not Readable.toWeb: cancelling that ends the connection, and the answer goes with it.
const toWebStream = (req: IncomingMessage): ReadableStream<Uint8Array> => {
  let open = true;
  return new ReadableStream({
    start(controller) {
      const close = (end: () => void) => () => {
        if (open) end();
        open = false;
      };
      req.on('data', (bytes: Buffer) => open && controller.enqueue(bytes));
      req.on(
        'end',
        close(() => controller.close()),
      );
      req.on(
        'close',
        close(() => controller.error(new Error('aborted'))),
      );
    },
    cancel() {
      open = false;
    },
  });
};

/** A body may still be on its way: the answer goes first, then what comes is thrown away for a while, then the connection closes. */
const writeResponse = async (req: IncomingMessage, res: ServerResponse, response: Response): Promise<void> => {
  const bytes = Buffer.from(await response.arrayBuffer());
  res.writeHead(response.status, [...response.headers, ['content-length', `${bytes.length}`]].flat()).write(bytes);
  if (req.complete || req.destroyed) return void res.end();
  let rest = 8_000_000;
  req.on('data', (more: Buffer) => {
    rest -= more.length;
    if (rest < 0) res.end();
  });
  req.on('end', () => res.end()).resume();
};

/** What ran before, in fetch's manner. */
const before: Partial<Record<RanBefore, (request: Request) => Promise<unknown>>> = {
  'json-parser': (request) => request.json(),
  'text-parser': (request) => request.text(),
  drained: (request) => request.arrayBuffer(),
  'half-read': async (request) => {
    const reader = request.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
  },
};

const harness = (seesSocket: boolean): AdapterHarness => ({
  inProcess: true,
  seesSocket,
  async start({ scenario, receiver, secondReceiver }: ContractSetup) {
    const path = mounts[scenario.mount] ?? '/webhooks';
    const addresses = new WeakMap<Request, string | undefined>();
    const address = seesSocket ? { address: (request: Request) => addresses.get(request) } : {};
    const first = createFetchHandler(receiver.webhooks, { path, ...address });
    const second = createFetchHandler(secondReceiver.webhooks, { path: '/second', ...address });
    const { origin, stop } = await listen(async (req, res) => {
      const request = toRequest(req);
      addresses.set(request, req.socket.remoteAddress);
      await before[scenario.before]?.(request);
      await writeResponse(req, res, await (req.url?.startsWith('/second/') ? second : first)(request));
    });
    return { url: `${origin}${path.replace(/\/$/, '')}`, secondUrl: `${origin}/second`, stop };
  },
});

const notInFetch = 'fetch has no such thing.';
const noNext = 'A function from Request to Response has nothing behind it.';

for (const seesSocket of [true, false]) {
  describe(`createFetchHandler, ${seesSocket ? 'with' : 'without'} the address of the connection`, () => {
    const cases = adapterContract(harness(seesSocket), {
      'answers at once where a parser has kept the body as text': notInFetch,
      'answers at once where an encoding was set on the request': notInFetch,
      'takes the bytes that a parser has kept in rawBody': notInFetch,
      'takes the bytes that a raw parser has left': notInFetch,
      'reads a request that middleware has paused': notInFetch,
      'works below a router': notInFetch,
      'works as a route with parameters': notInFetch,
      'leaves the other routes of an app alone': noNext,
      'without handlers, gives a verified delivery to the route behind': noNext,
      'without handlers, gives no forged delivery to the route behind': noNext,
      'without handlers, takes a delivery for handled only when the route has answered well': noNext,
    });
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });
}
