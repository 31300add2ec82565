import type { Authorize } from '@mediahooks/console';
import { createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';

export const webhooks = createWebhooks({
  sources: { ignite: ignite({ secret: process.env.IGNITE_SECRET ?? '' }) },
  inbox: sqliteInbox({ path: process.env.INBOX_PATH ?? '' }),
});

/** Stands for a session. */
export const authorize: Authorize = (request) => {
  const user = request.headers.get('x-login');
  return user === null ? false : { view: true, act: true, reveal: true, user };
};
