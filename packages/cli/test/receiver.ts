import { createServer } from 'node:http';
import { createWebhooks, type IncomingDelivery, type Webhooks, type WebhooksOptions } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';

/** Secrets that occur nowhere else, so that they can be looked for. */
export const secrets = {
  MEDIAHOOKS_IGNITE_SECRET: 'whsec_cli-test-ignite-7f3a',
  MEDIAHOOKS_TPSTREAMS_TOKEN: 'cli-test-tpstreams-91bc',
  MEDIAHOOKS_ECHO3D_URL_TOKEN: 'cli-test-url-token-52de',
  MEDIAHOOKS_ECHO3D_API_KEY: 'cli-test-api-key-08fa',
  MEDIAHOOKS_3Q_SECRET: 'cli-test-3q-66aa',
  MEDIAHOOKS_3Q_SECRET_IN: 'header',
  MEDIAHOOKS_3Q_SECRET_NAME: 'x-3q-secret',
} as const;

/** The values among them that must never be printed. */
export const secretValues: readonly string[] = Object.entries(secrets).flatMap(([name, value]) =>
  /_(IN|NAME)$/.test(name) ? [] : [value],
);

const sources = {
  gcore: gcore(),
  ignite: ignite({ secret: secrets.MEDIAHOOKS_IGNITE_SECRET }),
  tpstreams: tpstreams({ token: secrets.MEDIAHOOKS_TPSTREAMS_TOKEN }),
  echo3d: echo3d({ urlToken: secrets.MEDIAHOOKS_ECHO3D_URL_TOKEN, apiKey: secrets.MEDIAHOOKS_ECHO3D_API_KEY }),
  '3q': threeq({ secret: { in: 'header', name: 'x-3q-secret', value: secrets.MEDIAHOOKS_3Q_SECRET } }),
};

export interface TestReceiver {
  /** Where it is mounted. */
  readonly url: string;
  readonly webhooks: Webhooks<typeof sources>;
  /** `ignite.video.updated`, in the order of arrival. */
  readonly events: readonly string[];
  readonly payloads: readonly unknown[];
  readonly bodies: readonly Uint8Array[];
  /** What was received, verified or not. */
  readonly requests: readonly Pick<IncomingDelivery, 'headers' | 'path' | 'query'>[];
  close(): Promise<void>;
}

/** A receiver for all five platforms on a socket of its own, which believes this machine's proxies. */
export const startReceiver = async (options: Partial<WebhooksOptions> = {}): Promise<TestReceiver> => {
  const events: string[] = [];
  const payloads: unknown[] = [];
  const bodies: Uint8Array[] = [];
  const requests: Pick<IncomingDelivery, 'headers' | 'path' | 'query'>[] = [];
  const webhooks = createWebhooks({ logger: false, trustProxy: 'loopback', ...options, sources });
  webhooks.on('*', ({ delivery, payload, source, type }) => {
    bodies.push(delivery.body);
    events.push(`${source}.${type}`);
    payloads.push(payload);
  });
  const handler = createNodeHandler({
    ...webhooks,
    passesOn: false,
    receive(incoming) {
      requests.push(incoming);
      return webhooks.receive(incoming);
    },
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    webhooks,
    events,
    payloads,
    bodies,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await webhooks.stop();
    },
  };
};
