import type { Inbox, InboxDelivery, InboxEvent } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { deliver } from '@mediahooks/testing';
import { webhookConsole } from '../src/index.ts';
import { listen, receiverAnd, receiverOver } from './receiver.ts';

/** What a terminal or a browser would obey, or not show: an escape, a line end, overrides of direction, half of a pair, markup. */
const hostile = 'a\u001b[2J\u0007\r\u009b31m\u202e\u2066\u200f\u200b\u2028\0\ud800<script>alert(1)</script>"\'';
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|<script>alert/u;

/** An engine that keeps every character, as PostgreSQL's does: all its events have such a type, name and subject. */
const hostileInbox = (): Inbox => {
  const inbox = sqliteInbox({ path: ':memory:' });
  const turned = (event: InboxEvent): InboxEvent => ({
    ...event,
    type: hostile,
    name: hostile,
    subject: `${event.source} ${hostile}`,
  });
  const shown = (delivery: InboxDelivery): InboxDelivery => ({ ...delivery, events: delivery.events.map(turned) });
  return {
    ...inbox,
    async list(filter, page) {
      const { cursor, deliveries } = await inbox.list(filter, page);
      return { cursor, deliveries: deliveries.map(shown) };
    },
    async get(id) {
      const found = await inbox.get(id);
      return found && shown(found);
    },
    async events() {
      const { deliveries } = await inbox.list({}, { limit: 10 });
      return { cursor: undefined, events: deliveries.flatMap(({ events }) => events.map(turned)) };
    },
  };
};

test('types and subjects from outside are text that is seen, on every page and in the live stream', async () => {
  const webhooks = receiverOver(hostileInbox());
  const receiver = await listen(receiverAnd(webhooks, (_req, res) => void res.writeHead(404).end()));
  try {
    for (const delivery of [
      deliver('threeq', 'file.new'),
      deliver('echo3d', 'Upload'),
      deliver('ignite', 'video.updated'),
    ]) {
      await delivery.sendTo(`${receiver.origin}/webhooks`);
    }
    const shown = webhookConsole(webhooks, { authorize: () => ({ view: true, act: true }) });
    const get = (path: string) => shown.fetch(new Request(`http://localhost/console/${path}`));
    const [newest] = (await webhooks.inbox?.list({}, { limit: 1 }))?.deliveries ?? [];
    for (const path of [
      'deliveries',
      `deliveries/${newest?.id}`,
      `subject?name=${encodeURIComponent('ignite video:1')}`,
      'bulk?action=replay',
      'overview',
    ]) {
      const response = await get(path);
      const page = await response.text();
      expect([path, response.status]).toEqual([path, 200]);
      if (path !== 'overview') expect([path, page.includes('a⟨U+001B⟩[2J')]).toEqual([path, true]);
      expect(page.replaceAll('\n', '')).not.toMatch(obeyed);
      const live = (await get(`live?page=${encodeURIComponent(path)}`)).body?.getReader();
      for (let chunk = 0; chunk < 2; chunk += 1) {
        expect(new TextDecoder().decode((await live?.read())?.value)).toMatch(
          /^(?:retry: 3000|event: state\ndata: [\w-]+)\n\n$/,
        );
      }
      await live?.cancel();
    }
  } finally {
    await receiver.close();
    await webhooks.stop();
  }
});
