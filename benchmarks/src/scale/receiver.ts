import { createWebhooks, headersFromRaw, type Inbox, type Receiver } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers/ignite';
import { createBodies } from '../core/bodies.ts';
import { mediahooks, secret } from '../core/contestants/mediahooks.ts';

const signer = mediahooks();
const createBody = createBodies(1000);

export const receiverOn = (inbox: Inbox, handled: () => void): Receiver => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  webhooks.on('ignite.video.updated', handled);
  return webhooks;
};

/** @throws {Error} where it is not stored, or was before: a duplicate costs less. */
export const deliver = async (webhooks: Receiver, id: string): Promise<void> => {
  const { body, rawHeaders } = signer.sign(createBody(id), id);
  const outcome = await webhooks.receive({
    method: 'POST',
    path: '/ignite',
    query: '',
    headers: headersFromRaw(rawHeaders),
    socketAddress: '127.0.0.1',
    hasSocket: true,
    readBody: () => body,
  });
  if (outcome.kind !== 'stored') throw new Error(`Delivery ${id} is ${outcome.kind}.`);
};

/** Does `work` for each number below `count`, so many at once. */
export const forEach = async (
  count: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> => {
  for (let from = 0; from < count; from += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => work(from + index)));
  }
};
