import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';

const secret = 'whsec_test_secret_0001';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request = (id: string, updatedAt = '2024-01-15T10:30:00.000Z', deliveryId = 'del_1') => {
  const body = JSON.stringify({ id, createdAt: '2024-01-15T10:30:00.000Z', updatedAt });
  return new Request('http://localhost/webhooks/ignite', {
    method: 'POST',
    body,
    headers: {
      'x-webhook-signature': igniteSignature(secret, body, Date.now()),
      'x-webhook-event': 'video.updated',
      'x-webhook-delivery-id': deliveryId,
    },
  });
};

test('a stored delivery is answered 202 and handled after', async () => {
  const inbox = sqliteInbox({ path: join(folder, 'a.db') });
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  const handled = new Promise<string>((resolve) =>
    webhooks.on('ignite.video.updated', (event) => resolve(event.payload.id)),
  );
  const handle = createFetchHandler(webhooks);
  const response = await handle(request('v1'));
  expect([response.status, (await response.json()).outcome]).toEqual([202, 'stored']);
  expect((await handle(request('v1'))).status).toBe(200);
  await webhooks.start();
  expect(await handled).toBe('v1');
  expect((await inbox.stats()).deliveries).toEqual({ stored: 1, duplicate: 1, quarantined: 0, rejected: 0 });
  await webhooks.stop();
  expect((await handle(request('v2', undefined, 'x'))).status).toBe(503);
});
