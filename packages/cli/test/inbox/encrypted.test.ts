import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { deliver } from '@mediahooks/testing';
import { everything } from '../command.ts';
import { secrets } from '../receiver.ts';
import { page } from './documents.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, run } = inboxScene();
const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
const key = Buffer.alloc(32, 7);
const why = 'The inbox is encrypted, and this process has no "encryption" configured.';
const advice = '--config <module>, without --inbox';

let id = '';

beforeAll(async () => {
  const inbox = sqliteInbox({ path: join(directory, 'enc.db'), encryption: { key } });
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  await createFetchHandler(webhooks)(deliver('ignite', 'video.updated', { secret }).toRequest());
  id = (await inbox.list({}, { limit: 1 })).deliveries[0]?.id ?? '';
  await webhooks.stop();
  expect(id).not.toBe('');
});

const inbox = ['--inbox', 'enc.db'];

test('of an encrypted inbox that is named without a configuration, each command says so, and how it is given', async () => {
  const listed = await run(['inbox', 'list', '--json', ...inbox]);
  const [delivery] = page.parse(JSON.parse(listed.stdout)).deliveries;
  expect(delivery?.events).toMatchObject([{ unreadable: expect.stringContaining('no "encryption" configured') }]);
  expect((await run(['inbox', 'list', ...inbox])).stdout).toMatch(/cannot be read\n$/);

  const shown = await run(['inbox', 'show', id, ...inbox]);
  expect(shown.status).toBe(0);
  for (const text of [why, advice]) expect(shown.stdout).toContain(text);

  const replayed = await run(['inbox', 'replay', id, ...inbox]);
  expect(replayed.status).toBe(1);
  for (const text of ['cannot be replayed.', why, advice]) expect(replayed.stdout).toContain(text);

  const explained = await run(['explain', id, ...inbox]);
  expect(explained.status).toBe(2);
  for (const text of [why, advice]) expect(explained.stderr).toContain(text);
  expect(everything.filter((text) => text.includes('mediahooks sealed'))).toEqual([]);
});

test('with the configuration that has the key, it is shown, explained and replayed', async () => {
  writeFileSync(
    join(directory, 'webhooks.mjs'),
    `import { createWebhooks } from '@mediahooks/core';
     import { sqliteInbox } from '@mediahooks/inbox-sqlite';
     import { ignite } from '@mediahooks/providers/ignite';
     const inbox = sqliteInbox({ path: 'enc.db', encryption: { key: '${key.toString('base64')}' } });
     export const webhooks = createWebhooks({
       sources: { ignite: ignite({ secret: process.env.MEDIAHOOKS_IGNITE_SECRET }) }, inbox, logger: false,
     });`,
  );
  symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(directory, 'node_modules'));
  const own = ['--config', './webhooks.mjs'];
  expect((await run(['inbox', 'show', id, ...own])).stdout).toContain('"createdAt"');
  expect(await run(['explain', id, ...own])).toMatchObject({ status: 0 });
  expect(await run(['explain', id.slice(0, 8), ...own])).toMatchObject({ status: 0 });
  expect(await run(['inbox', 'replay', id, ...own])).toMatchObject({ status: 0 });
});

test('prints no secret', () => {
  expect(everything.length).toBeGreaterThan(6);
  expectNoSecrets(key.toString('base64'));
});
