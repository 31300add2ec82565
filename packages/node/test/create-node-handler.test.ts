import { once } from 'node:events';
import { createServer } from 'node:http';
import { createWebhooks } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';

const secret = 'whsec_test_secret_0001';
const body = JSON.stringify({
  id: 'v1',
  createdAt: '2024-01-15T10:30:00.000Z',
  updatedAt: '2024-01-15T10:30:00.000Z',
});

const serve = async (listener: Parameters<typeof createServer>[1]) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const signed = () => ({
  method: 'POST',
  body,
  headers: {
    'x-webhook-signature': igniteSignature(secret, body, Date.now()),
    'x-webhook-event': 'video.updated',
  },
});

test('hands a signed delivery to its handler, and answers 404 outside its path', async () => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  const seen: string[] = [];
  webhooks.on('ignite.video.updated', (event) => void seen.push(event.payload.id));
  const server = await serve(createNodeHandler(webhooks));
  const response = await fetch(`${server.url}/webhooks/ignite`, signed());
  expect([response.status, await response.json()]).toEqual([
    200,
    { outcome: 'handled', delivery: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  expect(seen).toEqual(['v1']);
  const outside = await fetch(`${server.url}/ignite`, signed());
  expect([outside.status, await outside.json()]).toEqual([404, expect.objectContaining({ code: 'unknown-source' })]);
  await server.close();
});

test('leaves requests outside its path to the next listener, where there is one', async () => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  const handler = createNodeHandler(webhooks, { path: '/hooks' });
  const server = await serve((req, res) => void handler(req, res, () => res.end('mine')));
  expect(await (await fetch(`${server.url}/hooksy/ignite`, signed())).text()).toBe('mine');
  const inside = await fetch(`${server.url}/hooks/ignite`, { method: 'POST', body });
  expect([inside.status, await inside.json()]).toEqual([401, expect.objectContaining({ code: 'credential-missing' })]);
  await server.close();
});

test('refuses an option that does not exist', () => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  const misspelt = { path: '/hooks', paht: '/hooks' };
  expect(() => createNodeHandler(webhooks, misspelt)).toThrow(expect.objectContaining({ code: 'option-unknown' }));
});

test.each([[], [undefined], [{ path: '/hooks' }], [createWebhooks]])('refuses what is no receiver: %p', (...given) => {
  expect(() => Reflect.apply(createNodeHandler, undefined, given)).toThrow(
    expect.objectContaining({
      code: 'option-invalid',
      message: expect.stringContaining('Write createNodeHandler(webhooks, {'),
    }),
  );
});
