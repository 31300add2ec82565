import assert from 'node:assert/strict';
import { createWebhooks, headersFromEntries, type Inbox, type Outcome } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers/ignite';
import { igniteDelivery } from '../deliver/ignite.ts';
import { testCredentials } from '../deliver/test-credentials.ts';
import type { TestDelivery } from '../deliver/test-delivery.ts';
import { collector, eventually, statusOf } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

/** What a receiver promises with any inbox. */
export const receiverCases = {
  // why: the event's name is in a header that is not signed. Whoever captures a delivery can be first with it, under another name.
  'takes no genuine delivery for a duplicate of a captured one that came first under another name': withStorage(
    async (storage, inbox) => {
      const handled = collector<string>(1);
      const { receive, webhooks } = receiver(inbox, handled.note);
      const other = receiver(await storage.open(), handled.note);
      const genuine = igniteDelivery('video.updated', {});
      for (const name of ['made-up', 'video.created']) {
        const captured = renamed(genuine, name);
        assert.equal((await receive(captured)).kind, 'stored', name);
        assert.equal((await other.receive(captured)).kind, 'duplicate', `${name}, again`);
      }
      assert.equal((await receive(renamed(genuine, 'another made-up'))).kind, 'duplicate');
      const answer = await other.receive(genuine);
      assert.equal(answer.kind, 'stored');
      for (const name of ['video.updated', 'made-up', 'video.created', 'video.deleted']) {
        assert.equal((await receive(renamed(genuine, name))).kind, 'duplicate', `${name}, after the genuine one`);
      }
      await webhooks.start();
      same(await handled.all, ['video.updated']);
      await eventually(
        () => statusOf(inbox, answer.deliveryId),
        ([status]) => status === 'handled',
      );
    },
  ),
};

/** A receiver with a handler for one of Ignite's types. */
const receiver = (inbox: Inbox, note: (type: string) => void) => {
  const webhooks = createWebhooks({
    sources: { ignite: ignite({ secret: testCredentials.ignite.secret }) },
    logger: false,
    retentionMs: false,
    inbox,
  });
  webhooks.on('ignite.video.updated', ({ type }) => note(type));
  const receive = ({ body, headerLines }: TestDelivery): Promise<Outcome> =>
    webhooks.receive({
      method: 'POST',
      path: '/ignite',
      query: '',
      headers: headersFromEntries(headerLines),
      socketAddress: '203.0.113.9',
      hasSocket: true,
      readBody: () => body,
    });
  return { receive, webhooks };
};

const renamed = (delivery: TestDelivery, name: string): TestDelivery => ({
  ...delivery,
  headerLines: delivery.headerLines.map(([header, value]) => [header, header === 'x-webhook-event' ? name : value]),
});
