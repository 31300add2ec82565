import type { Inbox } from '@mediahooks/core';
import type { InboxHarness, InboxStorage } from './harness.ts';

/** Gives a case an empty storage, and removes it whatever happens. */
export const withStorage =
  (run: (storage: InboxStorage, inbox: Inbox) => Promise<void>) =>
  async (harness: InboxHarness): Promise<void> => {
    const storage = await harness.createStorage();
    try {
      await run(storage, await storage.open());
    } finally {
      await storage.remove();
    }
  };
