import { randomUUID } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { deliver } from '@mediahooks/testing';
import { everything, startCommand } from '../command.ts';
import { secrets } from '../receiver.ts';
import { page } from './documents.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, fill, run } = inboxScene();

const video = (id: string) => ({ id, createdAt: '2024-01-15T10:30:00.000Z', updatedAt: '2024-01-15T10:30:00.000Z' });

test("an inbox is found by MEDIAHOOKS_INBOX, and by the user's own receiver, which handles what is replayed", async () => {
  const file = join(directory, `${randomUUID()}.db`);
  await fill(['--inbox', file]);
  const named = await run(['inbox', 'list', '--status', 'pending', '--json'], {
    ...secrets,
    MEDIAHOOKS_INBOX: file,
  });
  const { deliveries } = page.parse(JSON.parse(named.stdout));
  expect(deliveries).toHaveLength(2);
  writeFileSync(
    join(directory, 'webhooks.mjs'),
    `import { createWebhooks } from '@mediahooks/core';
     import { sqliteInbox } from '@mediahooks/inbox-sqlite';
     import { ignite } from '@mediahooks/providers/ignite';
     const inbox = sqliteInbox({ path: process.env.THE_INBOX });
     const secret = process.env.MEDIAHOOKS_IGNITE_SECRET;
     export const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
     webhooks.on('*', ({ payload }) => console.log('HANDLED ' + payload.id));`,
  );
  writeFileSync(
    join(directory, 'own.env'),
    `THE_INBOX=${file}\nMEDIAHOOKS_IGNITE_SECRET=${secrets.MEDIAHOOKS_IGNITE_SECRET}\n`,
  );
  symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(directory, 'node_modules'));
  const own = ['--config', './webhooks.mjs', '--env-file', 'own.env'];
  const replayedByOwn = await run(['inbox', 'replay', '--source', 'ignite', '--status', 'pending', ...own], {});
  expect(replayedByOwn).toMatchObject({ status: 0, stdout: expect.not.stringContaining('HANDLED') });
  expect(await run(['inbox', 'list', '--inbox', file, ...own], {})).toMatchObject({ status: 2 });
  const { id = '' } = deliveries.find(({ source }) => source === 'ignite') ?? {};
  expect(await run(['explain', id.slice(0, 8), ...own], {})).toMatchObject({ status: 0, stderr: '' });
  // listen works on the inbox of a receiver that has handlers
  const listener = startCommand(['listen', '--port', '0', ...own], { directory });
  await listener.written('HANDLED 507f1f77bcf86cd799439011');
  const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(listener.output())?.[0] ?? '';
  const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
  await deliver('ignite', 'video.deleted', { secret, payload: video('another') }).sendTo(url);
  await listener.written('HANDLED another');
  expect(await listener.interrupt()).toMatchObject({ status: 0, stdout: expect.stringContaining('202 stored') });
});

test('prints no secret', () => {
  expect(everything.length).toBeGreaterThan(4);
  expectNoSecrets();
});
