import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mountedPath, type Outcome, type Receiver } from '@mediahooks/core';
import { incomingFromNode, splitTarget, writeOutcome } from '@mediahooks/node';
import { beginListening } from '../http/begin-listening.ts';
import type { ReceivedRequest } from './forward.ts';

export interface ServeOptions {
  readonly webhooks: Receiver;
  readonly path: string;
  /** Called after the answer. Its request has a body where that was read; its address is the socket's. */
  readonly seen: (outcome: Outcome, request: ReceivedRequest, at: Date, durationMs: number) => void;
}

/** A port that nobody else can have. What comes waits until it is served. */
export interface HeldPort {
  /** Like `http://127.0.0.1:4747`. */
  readonly origin: string;
  /** Answers what has come, and what comes from now on. */
  serve(options: ServeOptions): void;
  /** Takes no more requests, and waits for those that are being answered. */
  close(): Promise<void>;
  /** Gives the port up, whatever has come. */
  release(): void;
}

type Answer = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** @throws {CommandError} `unreachable` where the port or the address cannot be had. */
export const holdPort = async (host: string, port: number): Promise<HeldPort> => {
  let begin: (answer: Answer) => void = () => undefined;
  const begun = new Promise<Answer>((resolve) => {
    begin = resolve;
  });
  const server = createServer(async (req, res) => {
    const answer = await begun;
    await answer(req, res);
  });
  const bound = await beginListening(server, host, port);
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    serve: (options) => begin(answerWith(options)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    release() {
      server.close();
      server.closeAllConnections();
    },
  };
};

const answerWith =
  ({ path: mount, seen, webhooks }: ServeOptions): Answer =>
  async (req, res) => {
    const at = new Date();
    const startedAt = performance.now();
    const { path, query } = splitTarget(req.url);
    const mounted = mountedPath(path, mount) ?? '/';
    const incoming = incomingFromNode(req, { path: mounted, query });
    let body: Uint8Array = new Uint8Array(0);
    const outcome = await webhooks.receive({
      ...incoming,
      async readBody(limits) {
        body = await incoming.readBody(limits);
        return body;
      },
    });
    writeOutcome(res, outcome);
    const target = query === '' ? mounted : `${mounted}?${query}`;
    const address = req.socket.remoteAddress;
    seen(outcome, { target, rawHeaders: req.rawHeaders, body, address }, at, performance.now() - startedAt);
  };
