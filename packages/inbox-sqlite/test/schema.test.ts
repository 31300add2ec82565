import { DatabaseSync } from 'node:sqlite';
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
