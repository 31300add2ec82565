import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createWebhooks, type Inbox, systemClock, type Webhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { createNodeHandler } from '@mediahooks/node';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';
import { testCredentials } from '@mediahooks/testing';

export const testSources = () => ({
  gcore: gcore(),
  ignite: ignite(testCredentials.ignite),
  tpstreams: tpstreams(testCredentials.tpstreams),
  echo3d: echo3d(testCredentials.echo3d),
  '3q': threeq(testCredentials.threeq),
});

export interface Kept {
  /** The file of its inbox. */
  readonly path: string;
  readonly webhooks: Webhooks<ReturnType<typeof testSources>>;
  remove(): Promise<void>;
}

/** A receiver whose events fail once and for all at the first attempt. */
export const receiverOver = (inbox: Inbox, clock: Clock = systemClock): Kept['webhooks'] =>
  createWebhooks({ sources: testSources(), trustProxy: 1, logger: false, inbox, clock, retry: { attempts: 1 } });

/** One over a SQLite file of its own. */
export const keptReceiver = (clock: Clock = systemClock): Kept => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-console-'));
  const path = join(folder, 'inbox.db');
  const webhooks = receiverOver(sqliteInbox({ path, pollMs: 50, clock }), clock);
  return {
    webhooks,
    path,
    async remove() {
      await webhooks.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface Listening {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): Promise<void>;
}

export const listen = async (
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<Listening & { readonly server: Server }> => {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};

const portOf = (address: AddressInfo | string | null): number => {
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port.');
  return address.port;
};

/** The receiver below `/webhooks`, and whatever else is there. */
export const receiverAnd = (
  webhooks: Kept['webhooks'],
  rest: (req: IncomingMessage, res: ServerResponse) => void,
): ((req: IncomingMessage, res: ServerResponse) => void) => {
  const receive = createNodeHandler(webhooks);
  return (req, res) => void receive(req, res, () => rest(req, res));
};
