import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { settings } from './settings.ts';

export const webhooks = createWebhooks({
  sources: { ignite: ignite({ secret: settings.secret }) },
  inbox: sqliteInbox({ path: settings.inbox, leaseMs: 5000 }), // short, so that there is something to see soon after a kill
  retry: { attempts: 30, firstDelayMs: 500, factor: 2, maxDelayMs: 4000 }, // impatient: the default takes about a day
  logger: false, // the handler tells of its failures itself
});

webhooks.on('ignite.video.updated', async ({ payload }, { attempt }) => {
  await wait(50); // what your work takes
  if (Math.random() < settings.failures) {
    console.log(`${payload.id}: attempt ${attempt} fails, on purpose`);
    throw new Error('The database is away.');
  }
  appendFileSync(settings.handled, `${payload.id}\n`);
  console.log(`${payload.id}: handled at attempt ${attempt}`);
});
