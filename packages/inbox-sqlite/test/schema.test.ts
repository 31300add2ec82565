import { DatabaseSync } from 'node:sqlite';
import type { InboxFilter } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { migrate } from '../src/schema.ts';
import { kept } from './kept.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('a file from before subjects were forgotten keeps what is known of them, as if heard of now', async () => {
  const at = Date.now();
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, 2);
  file.exec("INSERT INTO subjects (subject, version) VALUES ('ignite video:1', '7')");
  file.close();
  const inbox = sqliteInbox({ path });
  let asked = 0;
  const version = async () => {
    let found: unknown;
    const base = kept(`asked ${asked}`);
    asked += 1;
    await inbox.accept({
      ...base,
      delivery: { ...base.delivery, receivedAt: 0 },
      subjects: ['ignite video:1'],
      plan(known) {
        found = known.get('ignite video:1')?.version;
        return { events: [], subjects: new Map() };
      },
    });
    return found;
  };
  await inbox.prune({ before: at });
  expect(await version()).toBe(7);
  await inbox.prune({ before: Date.now() + 3_600_001 });
  expect(await version()).toBeUndefined();
  await inbox.stop({ timeoutMs: 0 });
});

test('a file from before lists were in the order of receiving answers every filter', async () => {
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, 1);
  const at = 1_700_000_000_000;
  // Stored in another order than received.
  for (const [seq, after] of [2, 0, 1].entries()) {
    file.exec(`INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
      VALUES (${seq + 1}, 'delivery-${after}', 'gcore', ${at + after}, 'stored', '', '[]', x'7b7d')`);
    file.exec(`INSERT INTO events (id, delivery_seq, source, type, name, payload, subject, status, run_at)
      VALUES ('delivery-${after}.0', ${seq + 1}, 'gcore', 'a', 'a', '{}', 'gcore video:a:${after % 2}', 'handled', 0)`);
  }
  file.close();
  const inbox = sqliteInbox({ path });
  const ids = async (filter: InboxFilter) =>
    (await inbox.list(filter, { limit: 10 })).deliveries.map(({ id }) => id.slice(-1)).join('');
  for (const filter of [
    {},
    { source: 'gcore' },
    { type: 'a' },
    { status: 'handled' },
    { outcome: 'stored' },
  ] as const) {
    expect(await ids(filter)).toBe('210');
  }
  expect(await ids({ subject: 'gcore video:a:0' })).toBe('20');
  expect(await ids({ text: 'a:0' })).toBe('20');
  expect(await ids({ text: 'delivery-1' })).toBe('1');
  expect(await ids({ from: at + 1, until: at + 2 })).toBe('1');
  expect((await inbox.events({ subject: 'gcore video:a:0' }, { limit: 10 })).events).toHaveLength(2);
  expect(await inbox.load('delivery-0')).not.toHaveProperty('bodyPart');
  await inbox.stop({ timeoutMs: 0 });
});
