import { createWebhooks, headersFromRaw } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers/ignite';
import { igniteSignature } from '@mediahooks/testing';
import { type Contestant, signedRequest } from '../contestant.ts';

export const secret = 'whsec_test_secret_0001';

/** All of our own work, from the headers as `node:http` has them to the typed event in a handler. */
export const mediahooks = (): Contestant => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  let handled = 0;
  webhooks.on('ignite.video.updated', (event) => {
    if (event.payload.id !== '') handled += 1;
  });
  return {
    name: 'mediahooks',
    does: 'address, limits, signature, timestamp, JSON, depth, schema, duplicates, order, typed dispatch',
    sign: (body, id) =>
      signedRequest(body, [
        ['X-Webhook-Event', 'video.updated'],
        ['X-Webhook-Delivery-Id', `del_${id}`],
        ['X-Webhook-Signature', igniteSignature(secret, body, Date.now())],
      ]),
    async receive({ rawHeaders, body }) {
      const before = handled;
      await webhooks.receive({
        method: 'POST',
        path: '/ignite',
        query: '',
        headers: headersFromRaw(rawHeaders),
        socketAddress: '127.0.0.1',
        hasSocket: true,
        readBody: () => body,
      });
      // why: an answer alone would not tell a duplicate, which costs less, from an event that was handled.
      return handled === before + 1;
    },
  };
};
