import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { endCommands, everything, runCli, startCommand, temporaryFolder } from './command.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const directory = temporaryFolder();
const value = 'whsec_of-a-misspelt-variable';

beforeAll(async () => {
  writeFileSync(join(directory, 'misspelt.env'), `MEDIAHOOKS_IGNITE_SECRT=${value}\nOTHER_SECRT=x\n`);
  writeFileSync(join(directory, 'request.http'), 'POST /webhooks/gcore HTTP/1.1\r\n\r\n{}');
  await sqliteInbox({ path: join(directory, 'own.db') }).stop({ timeoutMs: 0 });
});

afterAll(() => {
  endCommands();
  rmSync(directory, { recursive: true, force: true });
});

const warning =
  'warning: MEDIAHOOKS_IGNITE_SECRT is no variable of mediahooks, and is ignored. Did you mean "MEDIAHOOKS_IGNITE_SECRET"?\n';

test.each([
  ['send ignite video.updated', 2],
  ['explain request.http', 1],
  ['inbox list --inbox own.db', 0],
  ['tpstreams webhooks list', 2],
])('mediahooks %s names a variable that nothing reads, once', async (words, status) => {
  const args = [...words.split(' '), '--env-file', 'misspelt.env'];
  const ended = await runCli(args, { directory, environment: { MEDIAHOOKS_GCORE: 'on' } });
  expect(ended.status).toBe(status);
  expect(ended.stderr.split(warning)).toHaveLength(2);
  expect(ended.stderr).not.toContain('OTHER');
});

test('mediahooks listen names it once, though it reads what it has made up, too', async () => {
  const args = ['listen', '--port', '0', '--no-inbox', '--env-file', 'misspelt.env'];
  const command = startCommand(args, { directory });
  await command.written('secrets were made up');
  expect(await command.interrupt()).toMatchObject({ status: 0, stderr: warning });
});

test('names several in one line, safe to print, and knows all that commands read', async () => {
  const environment = {
    MEDIAHOOKS_3Q_COGNITO_TOKEN: 'a.b.c',
    MEDIAHOOKS_GCORE: 'on',
    MEDIAHOOKS_INBOX: 'own.db',
    'MEDIAHOOKS_\u001b[2J': value,
    MEDIAHOOKS_SOMETHING_ELSE: value,
    MEDIAHOOKS_TPSTREAMS_API_TOKEN: 'x',
    MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID: 'y',
  };
  const { status, stderr } = await runCli(['inbox', 'list'], { directory, environment });
  expect({ status, lines: stderr.split('\n') }).toEqual({
    status: 0,
    lines: [
      expect.stringMatching(
        /^warning: (MEDIAHOOKS_(\\u001b\[2J|SOMETHING_ELSE) is no variable of mediahooks, and is ignored\. ?){2}$/,
      ),
      'Nothing is there.',
      '',
    ],
  });
});

test('says nothing with --config: a module may have variables of its own', async () => {
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(directory, 'node_modules'));
  writeFileSync(
    join(directory, 'webhooks.mjs'),
    `import { createWebhooks } from '@mediahooks/core';
     import { ignite } from '@mediahooks/providers/ignite';
     export const webhooks = createWebhooks({ sources: { ignite: ignite({ secret: process.env.MEDIAHOOKS_IGNITE_SECRT }) } });`,
  );
  const args = ['explain', 'request.http', '--config', './webhooks.mjs', '--env-file', 'misspelt.env'];
  expect(await runCli(args, { directory })).toMatchObject({ status: 1, stderr: '' });
});

test('prints no value', () => {
  expect(everything.length).toBeGreaterThan(5);
  expect(everything.filter((text) => text.includes(value))).toEqual([]);
});
