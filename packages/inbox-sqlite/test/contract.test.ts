import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inbox } from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { inboxContract } from '@mediahooks/testing';

const contractWith = (extra: (folder: string, count: number) => Partial<SqliteInboxOptions>) =>
  inboxContract({
    async createStorage() {
      const folder = mkdtempSync(join(tmpdir(), 'mediahooks-inbox-'));
      const opened: Inbox[] = [];
      return {
        async open(options = {}) {
          const path = join(folder, 'inbox.db');
          const inbox = sqliteInbox({ path, pollMs: 20, ...extra(folder, opened.length), ...options });
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
  for (const { name, leftOut, run } of contractWith(() => ({}))) (leftOut === undefined ? test : test.skip)(name, run);
});

describe('inboxContract on SQLite, encrypted and with a spill file', () => {
  const encryption = { key: Buffer.alloc(32, 7) };
  const cases = contractWith((folder, count) => ({ encryption, spill: { path: join(folder, `spill-${count}`) } }));
  for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
});
