import { createWebhooks, type Receiver } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers';

// why: the gate is the test's own server. It answers `/open` when the test wants the handler to go on.
export const tellDone = (): Promise<unknown> => fetch(`${process.env.GATE}/done`);
const untilOpen = (): Promise<unknown> => fetch(`${process.env.GATE}/open`);

/** Its handlers are always still running at the deadline, and then do what comes last. */
export const createDeadlineReceiver = (last: () => unknown): Receiver => {
  const webhooks = createWebhooks({
    sources: { ignite: ignite({ secret: process.env.IGNITE_SECRET ?? '' }) },
    // why no shorter: guards and schemas have to answer within it too, on a machine that is busy.
    deadlineMs: 300,
  });
  webhooks.on('ignite.*', async () => {
    await untilOpen();
    await last();
  });
  return webhooks;
};
