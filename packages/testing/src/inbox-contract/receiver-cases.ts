import assert from 'node:assert/strict';
import {
  createWebhooks,
  HandlerTimeoutError,
  headersFromEntries,
  type Inbox,
  type IncomingDelivery,
  type Outcome,
} from '@mediahooks/core';
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
      await webhooks.stop();
    },
  ),

  'aborts a handler that takes too long, tries its event again, and lets the subject go on': withStorage(
    async (_storage, inbox) => {
      const webhooks = createWebhooks({
        sources: { ignite: ignite({ secret: testCredentials.ignite.secret }) },
        logger: false,
        retry: { firstDelayMs: 1, factor: 1 },
        handlerTimeoutMs: 50,
        inbox,
      });
      const all = collector<string>(3);
      const reasons: unknown[] = [];
      webhooks.on('*', ({ type }, { attempt, signal }) => {
        all.note(`${type} ${attempt}`);
        if (type !== 'video.created' || attempt > 1) return undefined;
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return new Promise(() => undefined);
      });
      await webhooks.start();
      const { deliveryId } = await webhooks.receive(incomingOf(igniteDelivery('video.created', {})));
      await webhooks.receive(incomingOf(igniteDelivery('video.updated', {})));
      same(await all.all, ['video.created 1', 'video.created 2', 'video.updated 1']);
      assert.ok(reasons[0] instanceof HandlerTimeoutError);
      const [first] = await inbox.attempts(`${deliveryId}.0`);
      assert.match(first?.error ?? '', /handlerTimeoutMs/);
      await webhooks.stop();
    },
  ),
};

/** A receiver with a handler for one of Ignite's types. */
const receiver = (inbox: Inbox, note: (type: string) => void) => {
  const webhooks = createWebhooks({
    sources: { ignite: ignite({ secret: testCredentials.ignite.secret }) },
    logger: false,
    inbox,
  });
  webhooks.on('ignite.video.updated', ({ type }) => note(type));
  const receive = (delivery: TestDelivery): Promise<Outcome> => webhooks.receive(incomingOf(delivery));
  return { receive, webhooks };
};

const incomingOf = ({ body, headerLines }: TestDelivery): IncomingDelivery => ({
  method: 'POST',
  path: '/ignite',
  query: '',
  headers: headersFromEntries(headerLines),
  socketAddress: '203.0.113.9',
  hasSocket: true,
  readBody: () => body,
});

const renamed = (delivery: TestDelivery, name: string): TestDelivery => ({
  ...delivery,
  headerLines: delivery.headerLines.map(([header, value]) => [header, header === 'x-webhook-event' ? name : value]),
});
