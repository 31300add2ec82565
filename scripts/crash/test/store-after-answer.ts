import type { Inbox, InboxEvent } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import type { Storage } from '../engines.ts';

/** An inbox with the fault that inboxes are there to prevent: it says that it has stored, and stores a moment later. */
export const openInbox = ({ folder }: Storage): Inbox => {
  const inbox = sqliteInbox({ path: `${folder}/inbox.db`, leaseMs: 1000, pollMs: 50 });
  const none: InboxEvent[] = [];
  return {
    ...inbox,
    async accept(acceptance) {
      setTimeout(() => void inbox.accept(acceptance).catch(() => undefined), 30);
      return { kind: 'stored', events: none };
    },
  };
};
