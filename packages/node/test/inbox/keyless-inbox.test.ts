import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { deliver } from '@mediahooks/testing';
import { eventually, temporaryFolder } from './temporary-folder.ts';

// What is not encrypted, in a process without encryption. What such a process makes of what is encrypted: see encrypted-inbox.test.ts.

const secret = 'whsec_keyless-inbox';
const encryption = { key: Buffer.alloc(32, 7) };
const at = '2024-01-15T10:30:00.000Z';

let folder: ReturnType<typeof temporaryFolder>;
let stops: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder();
  stops = [];
});

afterEach(async () => {
  for (const stop of stops) await stop();
  folder.remove();
});

const receiver = (more: Partial<SqliteInboxOptions> = {}, secretThere = secret) => {
  const inbox = sqliteInbox({ path: folder.path('inbox.db'), pollMs: 20, ...more });
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret: secretThere }) }, inbox, logger: false });
  stops.push(() => webhooks.stop({ timeoutMs: 100 }));
  const seen: unknown[] = [];
  webhooks.on('*', ({ payload }) => void seen.push(payload));
  const receive = createFetchHandler(webhooks);
  return {
    inbox,
    webhooks,
    seen,
    /** Gives the status, and the id of what was kept. */
    async send(payload: Readonly<Record<string, string>>): Promise<readonly [number, string]> {
      const { status } = await receive(deliver('ignite', 'video.updated', { secret, payload }).toRequest());
      const { deliveries } = await eventually(
        () => inbox.list({}, { limit: 1 }),
        (page) => page.deliveries.length === 1,
      );
      return [status, deliveries[0]?.id ?? ''];
    },
    async handled(deliveryId: string) {
      await webhooks.start();
      await eventually(
        () => inbox.get(deliveryId),
        (one) => one?.events[0]?.status === 'handled',
      );
      return seen;
    },
  };
};

test("a platform's payload that looks as if it were encrypted is handled, shown and replayed as any other", async () => {
  const { handled, inbox, send, webhooks } = receiver();
  const payload = { id: 'v1', createdAt: at, updatedAt: at, 'mediahooks sealed': 'AQcHBwcHBwcHBwcHBwcHBwc=' };
  const [status, id] = await send(payload);
  expect(status).toBe(202);
  expect(await handled(id)).toMatchObject([payload]);
  const shown = { events: [{ payload }] };
  expect(await inbox.list({}, { limit: 5 })).toMatchObject({ deliveries: [shown] });
  expect(await inbox.get(id)).toMatchObject(shown);
  expect(await inbox.events({ subject: 'ignite video:v1' }, { limit: 5 })).toMatchObject(shown);
  expect((await webhooks.inspect(id))?.payload).toMatchObject({ 'mediahooks sealed': expect.any(String) });
  expect(await webhooks.replay(id)).toEqual({ kind: 'replayed', events: 1 });
});

test('what was kept before encryption was turned on, and replayed after, is handled where none is configured', async () => {
  const payload = { id: 'v1', createdAt: at, updatedAt: at, title: 'plain' };
  const [status, id] = await receiver({}, 'whsec_another').send(payload);
  expect(status).toBe(401);
  expect(await receiver({ encryption }).webhooks.replay(id)).toEqual({ kind: 'replayed', events: 1 });
  expect(await receiver().handled(id)).toMatchObject([payload]);
});
