import { createWebhooks } from '@mediahooks/core';
import { webhookRoute } from '@mediahooks/next';
import { ignite } from '@mediahooks/providers';

const webhooks = createWebhooks({
  sources: { ignite: ignite({ secret: process.env.IGNITE_SECRET ?? '' }) },
  deadlineMs: 1,
});

// why: the gate is the test's own server. It answers `/open` when the test wants the handler to go on.
webhooks.on('ignite.*', async () => {
  await fetch(`${process.env.GATE}/open`);
  await fetch(`${process.env.GATE}/done`);
});

export const { POST } = webhookRoute(webhooks);
