import { createServer } from 'node:http';
import { mountedPath, type Outcome, type Receiver } from '@mediahooks/core';
import { incomingFromNode, splitTarget, writeOutcome } from '@mediahooks/node';
import { beginListening } from '../http/begin-listening.ts';
import type { ReceivedRequest } from './forward.ts';

export interface ServeOptions {
  readonly webhooks: Receiver;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Called after the answer. Its request has a body where that was read; its address is the socket's. */
  readonly seen: (outcome: Outcome, request: ReceivedRequest, at: Date, durationMs: number) => void;
}

export interface Serving {
  /** Like `http://127.0.0.1:4747`. */
  readonly origin: string;
  /** Takes no more requests, and waits for those that are being answered. */
  close(): Promise<void>;
}

/** @throws {CommandError} `unreachable` where the port or the address cannot be had. */
export const serve = async ({ host, path: mount, port, seen, webhooks }: ServeOptions): Promise<Serving> => {
  const server = createServer(async (req, res) => {
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
  });
  const bound = await beginListening(server, host, port);
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
};
