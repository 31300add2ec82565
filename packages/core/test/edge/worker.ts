import { createFetchHandler, createWebhooks, defineProvider, headerToken, hmac } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers/ignite';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What runs in the edge runtime: written as for Workers, answering on `fetch` events. */

const anything: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};

const causes: unknown[] = [];

const webhooks = createWebhooks({
  sources: {
    ignite: ignite({ secret: ['whsec_other', 'whsec_test_secret_0001'] }),
    token: defineProvider({
      name: 'token',
      guards: [headerToken({ header: 'X-Platform-Token', token: 'expected-token' })],
      schema: anything,
      types: ['thing'],
      events: (payload) => [{ type: 'thing', payload }],
    }),
    // why: the published vector is years old.
    vector: defineProvider({
      name: 'vector',
      guards: [
        hmac({
          secret: 'whsec_test_secret_0001',
          header: 'x-webhook-signature',
          fields: { timestamp: 't', signature: 'v1' },
          timestampUnit: 'ms',
          toleranceMs: false,
        }),
      ],
      schema: anything,
      types: ['thing'],
      events: (payload) => [{ type: 'thing', payload }],
    }),
  },
  maxBodyBytes: 4096,
  logger: false,
  observe: { rejected: (_delivery, { cause }) => void causes.push(cause) },
});

const handled: unknown[] = [];
webhooks.on('*', ({ source, type, payload }) => void handled.push({ source, type, payload }));

const handle = createFetchHandler(webhooks);

interface EdgeFetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const isFetch = (event: Event): event is EdgeFetchEvent => 'respondWith' in event;

addEventListener('fetch', (event) => {
  if (!isFetch(event)) return;
  const { request } = event;
  const { pathname } = new URL(request.url);
  const kept = pathname === '/handled' ? handled : pathname === '/causes' ? causes : undefined;
  event.respondWith(kept === undefined ? handle(request) : Promise.resolve(Response.json(kept)));
});
