import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  BodyError,
  type BodyLimits,
  type DeliveryHeaders,
  headersFromRaw,
  mountedPath,
  type Outcome,
  type OutcomeResponse,
  outcomeResponse,
  type PassOn,
  type Receiver,
} from '@mediahooks/core';
import { type AdapterHarness, listen, runBefore } from '@mediahooks/testing';

/** A request with what middleware may have put on it. */
export type BareRequest = IncomingMessage & { rawBody?: unknown; body?: unknown; _body?: unknown };

/** An adapter in its parts, each to be replaced by a broken one. */
export interface AdapterParts {
  readBody(req: BareRequest, limits: BodyLimits): Promise<Uint8Array>;
  headers(req: BareRequest): DeliveryHeaders;
  address(req: BareRequest): string | undefined;
  path(path: string): string;
  response(outcome: Outcome): OutcomeResponse;
  lengthOf(body: string): number;
  refuse(req: BareRequest, res: ServerResponse, body: string): void;
  taken(res: ServerResponse): boolean;
  passOn(webhooks: Receiver, passOn: PassOn): PassOn | undefined;
}

/** Nothing is wrong with these. */
export const soundParts: AdapterParts = {
  async readBody(req, limits) {
    if (req.rawBody instanceof Uint8Array) return req.rawBody;
    if (req.body instanceof Uint8Array) return req.body;
    if (req.readableDidRead || req.readableEncoding !== null || req._body === true) {
      throw new BodyError('body-already-parsed', 'Something has read the body before.');
    }
    return readStream(req, limits);
  },
  headers: (req) => headersFromRaw(req.rawHeaders),
  address: (req) => req.socket.remoteAddress,
  path: (path) => path,
  response: outcomeResponse,
  lengthOf: (body) => Buffer.byteLength(body),
  refuse(req, res, body) {
    res.write(body);
    let rest = 16_000_000;
    req.on('data', (bytes: Buffer) => {
      rest -= bytes.length;
      if (rest < 0) res.end();
    });
    req.on('pause', () => req.resume());
    req.on('end', () => res.end()).resume();
  },
  taken: (res) => res.statusCode < 400,
  passOn: (webhooks, passOn) => (webhooks.passesOn ? passOn : undefined),
};

const readStream = (req: BareRequest, { clock, maxBytes, stallMs }: BodyLimits): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let cancel = (): void => undefined;
    const fail = (code: 'body-incomplete' | 'body-too-large') => {
      cancel();
      reject(new BodyError(code, 'The body could not be read.'));
    };
    const watch = (): void => {
      cancel();
      cancel = clock.after(stallMs, () => fail('body-incomplete'));
    };
    watch();
    req.on('data', (chunk: Buffer) => {
      watch();
      bytes += chunk.length;
      if (bytes > maxBytes) fail('body-too-large');
      else chunks.push(chunk);
    });
    req.on('end', () => {
      cancel();
      resolve(Buffer.concat(chunks));
    });
    req.on('close', () => fail('body-incomplete'));
    req.resume();
  });

/** The harness of an adapter made of these parts, on `node:http`. */
export const bareHarness = (broken: Partial<AdapterParts> = {}, patienceMs = 4_000): AdapterHarness => {
  const parts = { ...soundParts, ...broken };
  const answer = async (req: BareRequest, res: ServerResponse, webhooks: Receiver, path: string, next: () => void) => {
    const [target = '', query = ''] = (req.url ?? '').split('?');
    const mounted = mountedPath(target, path);
    if (mounted === undefined) return next();
    const passOn: PassOn = (verified) =>
      new Promise((resolve) => {
        res.on('finish', () => resolve(parts.taken(res)));
        Object.assign(req, { webhook: verified });
        next();
      });
    const outcome = await webhooks.receive(
      {
        method: req.method ?? '',
        path: parts.path(mounted),
        query,
        headers: parts.headers(req),
        socketAddress: parts.address(req),
        hasSocket: true,
        readBody: (limits) => parts.readBody(req, limits),
      },
      parts.passOn(webhooks, passOn),
    );
    if (outcome.kind === 'passed' || res.destroyed) return;
    const { status, headers, body } = parts.response(outcome);
    res.writeHead(status, { ...headers, 'content-length': parts.lengthOf(body) });
    if (req.complete) res.end(body);
    else parts.refuse(req, res, body);
  };

  return {
    inProcess: true,
    seesSocket: true,
    patienceMs,
    async start({ scenario, receiver, secondReceiver, answerPassed }) {
      const { origin, stop } = await listen(async (req, res) => {
        await runBefore(scenario.before, req);
        await answer(req, res, receiver.webhooks, '/webhooks', () =>
          answer(req, res, secondReceiver.webhooks, '/second', () => {
            const webhook: unknown = Reflect.get(req, 'webhook');
            if (webhook === undefined) return void res.end('other');
            const { status, body } = answerPassed(webhook);
            res.writeHead(status).end(JSON.stringify(body));
          }),
        );
      });
      return { url: `${origin}/webhooks`, secondUrl: `${origin}/second`, otherUrl: `${origin}/other`, stop };
    },
  };
};
