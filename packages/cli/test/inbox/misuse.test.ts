import { readdirSync } from 'node:fs';
import { jest } from '@jest/globals';
import { everything } from '../command.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, run } = inboxScene();

test.each([
  [['list'], 1, 'neither mediahooks.db nor mediahooks-listen.db'],
  [['list', '--inbox', 'missing.db'], 1, 'no such file'],
  [['list', '--inbox', 'mysql://127.0.0.1/x'], 2, '--inbox must be'],
  [['list', '--inbox', 'postgres://user:cli-test-password-31c0@127.0.0.1:1/x'], 3, 'ECONNREFUSED'],
  [['list', '--inbox', 'redis://:cli-test-password-31c0@127.0.0.1:1'], 3, 'Redis'],
  [['list', '--status', 'lost'], 2, 'Allowed choices'],
  [['list', '--outcome', 'lost'], 2, 'Allowed choices'],
  [['replay'], 2, 'nothing-configured'],
  [['replay', '--lost'], 2, 'See: mediahooks inbox replay --help'],
])(
  'mediahooks inbox %j ends with %i, without making a file',
  async (args, status, reason) => {
    const ended = await run(['inbox', ...args, '--json'], {});
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
    expect(ended.stderr).toContain(reason);
    expect(readdirSync(directory)).toEqual([]);
  },
  20_000,
);

test('prints no password of an inbox', () => {
  expect(everything.length).toBeGreaterThan(10);
  expectNoSecrets('cli-test-password-31c0');
});
