import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { incoming, platform } from '../platform.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediahooks-inspect-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('of a delivery whose headers were damaged all else is shown, with secrets redacted, and why', async () => {
  const path = join(folder, 'inbox.db');
  const webhooks = createWebhooks({
    sources: { platform: { ...platform(), redact: ['token'] } },
    inbox: sqliteInbox({ path }),
    logger: false,
  });
  const { deliveryId } = await webhooks.receive(incoming({ timestamp: Date.now() }));
  const file = new DatabaseSync(path);
  const payload = JSON.stringify({ id: 'a', token: 'sk-hidden-0001' });
  file.prepare('UPDATE events SET payload = ?').run(payload);
  file.exec("UPDATE deliveries SET headers = 'authorization hunter2'");
  file.close();
  const shown = await webhooks.inspect(deliveryId);
  expect(shown).toMatchObject({
    id: deliveryId,
    source: 'platform',
    outcome: 'stored',
    bodyPart: 'unreadable',
    bodyBytes: 0,
    headers: [],
    payload: undefined,
    unreadable: `The delivery ${deliveryId} is damaged. It cannot be read: What is stored as headers is not JSON.`,
    events: [{ type: 'changed', payload: { id: 'a', token: '[redacted]' }, status: 'pending', history: [] }],
  });
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|sk-hidden/);
  await webhooks.stop();
});
