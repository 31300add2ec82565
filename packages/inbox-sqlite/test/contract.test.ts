import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inbox } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { inboxContract } from '@mediahooks/testing';

const cases = inboxContract({
  async createStorage() {
    const folder = mkdtempSync(join(tmpdir(), 'mediahooks-inbox-'));
    const opened: Inbox[] = [];
    return {
      async open(options = {}) {
        const inbox = sqliteInbox({ path: join(folder, 'inbox.db'), pollMs: 20, ...options });
        opened.push(inbox);
        return inbox;
      },
      async remove() {
        for (const inbox of opened) await inbox.stop({ timeoutMs: 1 });
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});

describe('inboxContract on SQLite', () => {
  for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
});
