import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { endCommands, runCli, temporaryFolder } from './command.ts';
import { secrets } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
const directory = temporaryFolder();
afterAll(() => {
  endCommands();
  rmSync(directory, { recursive: true, force: true });
});

/** What a terminal would obey: an escape, a bell, line ends, C1 controls, overrides of direction, what is not seen. */
const hostile = 'a\u001b[2J\u0007\r\n\u009b31m\u007f\u202e\u2066\u200f\u200b\u2028\0z';
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

beforeAll(async () => {
  const inbox = sqliteInbox({ path: join(directory, 'inbox.db') });
  await inbox.accept({
    delivery: {
      id: 'delivery-1',
      source: '3q',
      receivedAt: Date.now(),
      address: undefined,
      pathToken: undefined,
      query: '',
      headers: [['x-name', hostile]],
      body: new TextEncoder().encode(JSON.stringify({ Event: hostile })),
    },
    keys: [],
    heldKeys: [],
    keysExpireAt: 0,
    subjects: [`3q ${hostile}`],
    plan: () => ({
      subjects: new Map(),
      events: [
        {
          id: 'delivery-1.0',
          source: '3q',
          type: hostile,
          name: hostile,
          payload: { [hostile]: hostile },
          subject: `3q ${hostile}`,
          version: hostile,
          previous: undefined,
          stale: false,
        },
      ],
    }),
  });
  await inbox.stop({ timeoutMs: 0 });
});

test.each([
  ['list', ['list']],
  ['list --json', ['list', '--json']],
  ['show', ['show', 'delivery-1']],
  ['show --json', ['show', 'delivery-1', '--json']],
])('mediahooks inbox %s prints nothing of a type or a subject that a terminal would obey', async (_title, args) => {
  const { status, stderr, stdout } = await runCli(['inbox', ...args, '--inbox', join(directory, 'inbox.db')], {
    directory,
    environment: secrets,
  });
  expect(status).toBe(0);
  expect(stdout).toContain('a\\u001b[2J\\u0007');
  for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) expect(line).not.toMatch(obeyed);
});
