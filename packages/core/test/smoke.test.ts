import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';

test('a signed delivery reaches its handler', async () => {
  const secret = 'whsec_test_secret_0001';
  const seen: string[] = [];
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  webhooks.on('ignite.video.updated', (event) => void seen.push(event.payload.id));
  const body = JSON.stringify({
    id: 'v1',
    createdAt: '2024-01-15T10:30:00.000Z',
    updatedAt: '2024-01-15T10:30:00.000Z',
  });
  const response = await createFetchHandler(webhooks)(
    new Request('http://localhost/webhooks/ignite', {
      method: 'POST',
      body,
      headers: {
        'x-webhook-signature': igniteSignature(secret, body, Date.now()),
        'x-webhook-event': 'video.updated',
        'x-webhook-delivery-id': 'del_1',
      },
    }),
  );
  expect(await response.json()).toMatchObject({ outcome: 'handled' });
  expect(seen).toEqual(['v1']);
});
