import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { deliver } from '@mediahooks/testing';
import { endCommands, runCli, startCommand, temporaryFolder } from './command.ts';
import { page } from './inbox/documents.ts';
import { secrets } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

let directory = '';
beforeEach(() => {
  directory = temporaryFolder();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
afterAll(endCommands);

const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
const run = (args: readonly string[], environment = {}) =>
  runCli(args, { directory, environment: { ...secrets, ...environment } });

/** An app in the folder, as the documentation has it, that is not running; an event waits in its inbox. */
const keepForApp = async (): Promise<void> => {
  const inbox = sqliteInbox({ path: join(directory, 'mediahooks.db') });
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  await createFetchHandler(webhooks)(deliver('ignite', 'video.created', { secret }).toRequest());
  await webhooks.stop();
};

/** Listens in the folder until it has shown a delivery; gives what it says to type. */
const listenOnce = async (environment = {}): Promise<readonly string[]> => {
  const command = startCommand(['listen', '--port', '0'], { directory, environment: { ...secrets, ...environment } });
  const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(await command.written('/webhooks'))?.[0] ?? '';
  await deliver('ignite', 'video.updated', { secret }).sendTo(url);
  const { stdout } = await command.interrupt();
  const [, typed = ''] = /Deliveries are kept in mediahooks-listen\.db: mediahooks (.*)/.exec(stdout) ?? [];
  return typed.split(' ');
};

const kept = async (args: readonly string[], environment = {}) => {
  const { stdout } = await run([...args, '--json'], environment);
  const { deliveries } = page.parse(JSON.parse(stdout));
  return deliveries.flatMap(({ events, id }) => events.map(({ status, type }) => ({ id, status, type })));
};

const created = { type: 'video.created', status: 'pending' };
// why no status: it is interrupted at once, perhaps before the event was handled.
const updated = { type: 'video.updated' };

test("in an app's folder, listen handles nothing that waits for the app, and what it says to type shows what it got itself", async () => {
  await keepForApp();
  const typed = await listenOnce();
  expect(typed).toEqual(['inbox', 'list', '--inbox', 'mediahooks-listen.db']);
  expect(await kept(typed)).toMatchObject([updated]);
  expect(await kept(['inbox', 'list', '--inbox', 'mediahooks.db'])).toMatchObject([created]);
  expect(await kept(['inbox', 'list'])).toMatchObject([created]);
});

test('of two inboxes in a folder it says which it has taken, and none where one is named', async () => {
  await keepForApp();
  const alone = await run(['inbox', 'list']);
  expect(alone).toMatchObject({ status: 0, stderr: '' });
  await listenOnce();
  expect((await run(['inbox', 'list'])).stderr).toMatch(
    /^This is mediahooks\.db\. .* --inbox mediahooks-listen\.db\.\n$/,
  );
  const [event] = await kept(['inbox', 'list']);
  expect((await run(['explain', event?.id ?? ''])).stderr).toMatch(/^This is mediahooks\.db\. /);
  expect((await run(['inbox', 'list', '--inbox', 'mediahooks.db'])).stderr).toBe('');
});

test('where listen alone has kept something, every command finds that', async () => {
  const typed = await listenOnce();
  expect(typed).toEqual(['inbox', 'list']);
  const events = await kept(typed);
  expect(events).toMatchObject([updated]);
  const id = events[0]?.id ?? '';
  expect(await run(['explain', id.slice(0, 8)])).toMatchObject({ status: 0, stderr: '' });
  // a file of that name is what is meant
  writeFileSync(join(directory, id), 'hello');
  expect(await run(['explain', id])).toMatchObject({ status: 2, stderr: expect.stringContaining('none of the forms') });
  const console = startCommand(['console', '--port', '0'], { directory });
  await console.written('The console is at');
  expect(await console.interrupt()).toMatchObject({ status: 0, stderr: '' });
});

test('MEDIAHOOKS_INBOX counts before both, and listen does not keep anything there', async () => {
  await keepForApp();
  const own = { MEDIAHOOKS_INBOX: 'mediahooks-listen.db' };
  expect(await listenOnce(own)).toEqual(['inbox', 'list']);
  const [event] = await kept(['inbox', 'list'], own);
  expect(event).toMatchObject(updated);
  expect(await run(['explain', event?.id ?? ''], own)).toMatchObject({ status: 0, stderr: '' });
  expect(await listenOnce({ MEDIAHOOKS_INBOX: 'other.db' })).toEqual([
    'inbox',
    'list',
    '--inbox',
    'mediahooks-listen.db',
  ]);
});
