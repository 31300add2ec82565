import { rmSync } from 'node:fs';
import { jest } from '@jest/globals';
import { runCli, temporaryFolder } from './command.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const directory = temporaryFolder();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (words: string) => runCli(words === '' ? [] : words.split(' '), { directory });

test.each([
  ['help', '--help'],
  ['help send', 'send --help'],
  ['help inbox', 'inbox --help'],
  ['help inbox list', 'inbox list --help'],
  ['help inbox replay --json', 'inbox replay --help'],
  ['inbox help replay', 'inbox replay --help'],
  ['help tpstreams webhooks ensure', 'tpstreams webhooks ensure --help'],
  ['tpstreams help webhooks ensure', 'tpstreams webhooks ensure --help'],
  // what follows a command is not carried out
  ['help send ignite video.updated', 'send --help'],
  ['help help', '--help'],
])('mediahooks %s says what mediahooks %s says', async (asked, known) => {
  const help = await run(known);
  expect(help).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Usage: mediahooks') });
  expect(await run(asked)).toEqual(help);
});

test.each([
  ['help lisst', "unknown command 'lisst'"],
  ['help inbox lisst', "unknown command 'lisst'"],
])('mediahooks %s ends with 2', async (asked, words) => {
  const { status, stderr, stdout } = await run(asked);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(words) });
});
