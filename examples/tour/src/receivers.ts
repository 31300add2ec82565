import type { IncomingMessage, ServerResponse } from 'node:http';
import { webhookConsole } from '@mediahooks/console';
import { createWebhooks, type Observer } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';
import { type TestUserPool, testCredentials } from '@mediahooks/testing';
import { type Listening, listen } from './listen.ts';
import type { TemporaryInbox } from './temporary-inbox.ts';

export interface Receivers {
  /** Behind one proxy, which the tour plays. */
  readonly proxied: Listening;
  /** Open to the network: no proxy is believed. */
  readonly direct: Listening;
  /** Whether they keep deliveries in an inbox, and handle them after they are answered. */
  readonly keeps: boolean;
  close(): Promise<void>;
}

/** Where the console is, for this machine alone. */
export const consolePath = '/console';

/** Where 3Q's part of the tour gets a token: see {@link startReceivers}. */
export const tokenPath = '/3q-token';

/**
 * @param kept Where deliveries are kept; without it they are handled within the request.
 * @throws {PortUnavailableError}
 */
export const startReceivers = async (
  port: number,
  userPool: TestUserPool,
  observe: Observer,
  kept?: TemporaryInbox,
): Promise<Receivers> => {
  const webhooks = createWebhooks({
    sources: {
      gcore: gcore(),
      ignite: ignite(testCredentials.ignite),
      tpstreams: tpstreams(testCredentials.tpstreams),
      echo3d: echo3d(testCredentials.echo3d),
      '3q': threeq({ cognito: userPool.cognito }),
    },
    trustProxy: 1,
    logger: false,
    observe,
    ...(kept !== undefined && { inbox: kept.open() }),
  });
  webhooks.on('*', () => undefined);
  const exposed = createWebhooks({
    sources: { gcore: gcore() },
    logger: false,
    observe,
    // why: what it refuses is to be seen in the console too, which would show one forgery less than the table.
    ...(kept !== undefined && { inbox: kept.open() }),
  });
  exposed.on('*', () => undefined);

  const handle = createNodeHandler(webhooks);
  const handleOther = (request: IncomingMessage, response: ServerResponse): void => {
    // why: whoever pastes the curl line needs a fresh token, and AWS is not at hand. A real receiver never gives one away.
    const found = request.method === 'GET' && request.url === tokenPath;
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    response.end(
      found
        ? userPool.token()
        : `Deliveries go to /webhooks/<source>.${kept === undefined ? '' : ` Look at them: ${consolePath}`}\n`,
    );
  };
  const shown = kept === undefined ? undefined : webhookConsole(webhooks, { authorize: 'local', path: consolePath });
  const proxied = await listen((request, response) => {
    void handle(request, response, () => {
      if (shown === undefined) handleOther(request, response);
      else void shown.node(request, response, () => handleOther(request, response));
    });
  }, port);
  await webhooks.start();
  const direct = await listen(createNodeHandler(exposed), 0);
  return {
    proxied,
    direct,
    keeps: kept !== undefined,
    async close() {
      const closed = Promise.all([proxied.close(), direct.close()]);
      // why: not after it. An open page of the console has a connection that ends only when the inbox does.
      await Promise.all([webhooks.stop(), exposed.stop()]);
      await closed;
    },
  };
};
