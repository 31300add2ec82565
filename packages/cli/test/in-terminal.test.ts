import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { jest } from '@jest/globals';
import { deliver } from '@mediahooks/testing';
import { everything, runCli, temporaryFolder } from './command.ts';
import { secrets, secretValues, startReceiver, type TestReceiver } from './receiver.ts';
import { type CommandInTerminal, hasTmux, startInTerminal } from './terminal.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const directory = temporaryFolder();
const inTerminal = hasTmux() ? test : test.skip;
const open: CommandInTerminal[] = [];
let receiver: TestReceiver;

beforeAll(async () => {
  receiver = await startReceiver();
});

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

afterAll(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

const start = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = secrets,
): Promise<CommandInTerminal> => {
  const terminal = await startInTerminal(args, { directory, environment });
  open.push(terminal);
  return terminal;
};

const escapes = '\u001b[';

/** What stands on lines of its own, without colours. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('\r', '');

inTerminal('send shows a bar on a long run, and takes it away', async () => {
  const args = ['send', 'ignite', 'video.updated', '--to', receiver.url, '--count', '200', '--rate', '150'];
  const terminal = await start(args);
  expect(await terminal.ended()).toBe(0);
  expect(plain(terminal.written())).toMatch(/\[#+\.+\] \d+\/200, \d+\/s, \d+ s left/);
  expect(terminal.written()).toContain(`\r${escapes}K`);
  const piped = await runCli(args, { directory, environment: secrets });
  expect(piped).toMatchObject({ status: 0, stderr: '' });
});

inTerminal('send asks for a secret it lacks, and does not show what is typed', async () => {
  const { MEDIAHOOKS_IGNITE_SECRET } = secrets;
  const terminal = await start(['send', 'ignite', 'video.updated', '--to', receiver.url], {});
  await terminal.writes('MEDIAHOOKS_IGNITE_SECRET: ');
  terminal.press(MEDIAHOOKS_IGNITE_SECRET, 'literally');
  terminal.press('Enter');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.written()).not.toContain(MEDIAHOOKS_IGNITE_SECRET);
  const refused = await start(['send', 'ignite', 'video.updated', '--to', receiver.url], {});
  await refused.writes('MEDIAHOOKS_IGNITE_SECRET: ');
  refused.press('C-c');
  expect(await refused.ended()).toBe(2);
});

inTerminal('Ctrl-C ends send with 130, and what was sent is told', async () => {
  const terminal = await start([
    'send',
    'ignite',
    'video.updated',
    '--to',
    receiver.url,
    '--count',
    '1000',
    '--rate',
    '20',
  ]);
  await terminal.writes('/1000');
  terminal.press('C-c');
  expect(await terminal.ended()).toBe(130);
  expect(terminal.written()).toMatch(/interrupted: \d+ of 1000 were sent/);
});

inTerminal('listen shows what comes, hints wrapped to the window, and ends with 0 at Ctrl-C', async () => {
  const terminal = await start(['listen', '--port', '0', '--no-inbox']);
  const url = /http:\/\/[\d.]+:\d+\/webhooks/.exec(plain(await terminal.writes('Ctrl-C')))?.[0] ?? '';
  await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET, tamper: 'body' }).sendTo(url);
  await terminal.writes('credential-invalid');
  await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET }).sendTo(url);
  await terminal.writes('handled');
  terminal.press('C-c');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.written()).toContain(`${escapes}31m401 credential-invalid`);
  expect(terminal.written()).toContain(`${escapes}32m200 handled`);
  const tooLong = plain(terminal.written())
    .split('\n')
    .filter((line) => line.startsWith('          ') && line.length > 100);
  expect(tooLong).toEqual([]);
});

inTerminal('console says where it is, and ends with 0 at Ctrl-C', async () => {
  const listener = await start(['listen', '--port', '0']);
  await listener.writes('Ctrl-C');
  const terminal = await start(['console', '--port', '0']);
  const url = /http:\/\/[\d.]+:\d+\//.exec(plain(await terminal.writes('Ctrl-C')))?.[0] ?? '';
  expect((await fetch(url)).status).toBe(200);
  for (const one of [terminal, listener]) {
    one.press('C-c');
    expect(await one.ended()).toBe(0);
  }
});

inTerminal('init writes a receiver, and shows none of the secrets it has made', async () => {
  const terminal = await start(['init', 'ignite', '--framework', 'express', '--dir', 'made']);
  expect(await terminal.ended()).toBe(0);
  const written = readdirSync(join(directory, 'made'), { recursive: true, withFileTypes: true });
  const texts = written
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const [, secret = ''] = /MEDIAHOOKS_IGNITE_SECRET=(\S+)/.exec(texts.join('\n')) ?? [];
  expect(secret.length).toBeGreaterThan(8);
  expect(terminal.written()).not.toContain(secret);
});

inTerminal("tpstreams asks for the API's token, and does not show it", async () => {
  const terminal = await start(
    ['tpstreams', 'webhooks', 'list', '--organization', 'abc', '--api', 'http://127.0.0.1:1'],
    {},
  );
  await terminal.writes('MEDIAHOOKS_TPSTREAMS_API_TOKEN: ');
  terminal.press('cli-test-api-token-4410', 'literally');
  terminal.press('Enter');
  expect(await terminal.ended()).toBe(3);
  expect(terminal.written()).not.toContain('cli-test-api-token-4410');
});

describe('colours', () => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    help: ['--help'],
    'help of send': ['send', '--help'],
    'send --list': ['send', '--list'],
    explain: ['explain', 'request.http'],
    'inbox list': ['inbox', 'list'],
    'a mistake': ['send', 'nowhere', 'x'],
  };

  beforeAll(async () => {
    writeFileSync(join(directory, 'request.http'), 'POST /webhooks/ignite HTTP/1.1\n\n{}');
    const listener = await startInTerminal(['listen', '--port', '0'], { directory, environment: secrets });
    const url = /http:\/\/[\d.]+:\d+\/webhooks/.exec(plain(await listener.writes('Ctrl-C')))?.[0] ?? '';
    await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET }).sendTo(url);
    listener.press('C-c');
    await listener.ended();
    listener.close();
  });

  test.each(Object.entries(commands))(
    'of %s are there on a terminal only, and as NO_COLOR and FORCE_COLOR say',
    async (_name, args) => {
      const piped = async (environment: Readonly<Record<string, string>>): Promise<boolean> => {
        const { stderr, stdout } = await runCli(args, { directory, environment: { ...secrets, ...environment } });
        expect(`${stdout}${stderr}`).not.toBe('');
        return `${stdout}${stderr}`.includes(escapes);
      };
      expect(await piped({})).toBe(false);
      expect(await piped({ FORCE_COLOR: '1' })).toBe(true);
      expect(await piped({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
      if (!hasTmux()) return;
      const shown = async (environment: Readonly<Record<string, string>>): Promise<string> => {
        const terminal = await start(args, { ...secrets, ...environment });
        await terminal.ended();
        return terminal.written();
      };
      expect(await shown({})).toContain(escapes);
      expect(await shown({ NO_COLOR: '1' })).not.toContain(escapes);
    },
    30_000,
  );
});

test('no terminal was shown a secret', () => {
  for (const terminal of open.splice(0)) terminal.close();
  for (const secret of secretValues) expect(everything.filter((text) => text.includes(secret))).toEqual([]);
});
