import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, run } = inboxScene();

/** Keeps so many deliveries whose ids begin with `abcd` and differ in the characters behind it, up to the one of that number. */
const keepAlike = async (path: string, count: number, differBy = 8): Promise<readonly string[]> => {
  const inbox = sqliteInbox({ path });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const begin = `abcd${index.toString(16).padStart(differBy - 4, '0')}`;
    const id = `${begin.padEnd(8, '0')}-0000-8000-8000-000000000000`;
    const place = { source: 'ignite', receivedAt: 1_700_000_000_000 + index, address: undefined, pathToken: undefined };
    await inbox.keep({ id, ...place, query: '', headers: [], body: new Uint8Array() }, 'rejected', {
      code: 'credential-missing',
      hint: 'The header is missing.',
    });
    ids.push(id);
  }
  await inbox.stop({ timeoutMs: 1000 });
  return ids;
};

test.each([
  [5, '', 5],
  [7, '\n  and 2 more', 7],
  [101, '\n  and more', undefined],
])('of %i ids that begin alike it says so, and how much of one is enough', async (count, rest, enough) => {
  const path = join(directory, `${randomUUID()}.db`);
  const ids = await keepAlike(path, count, enough);
  const inbox = ['--inbox', path];
  const { status, stderr, stdout } = await run(['inbox', 'show', 'abcd', ...inbox]);
  const said = enough === undefined ? 'Say more of it' : `${enough} characters tell them apart`;
  const listed = ids.slice(-5).toReversed();
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: Several deliveries begin with "abcd". ${said}:\n  ${listed.join('\n  ')}${rest}\n`,
  });
  const one = ids[0]?.slice(0, enough) ?? '';
  expect((await run(['inbox', 'show', one, '--json', ...inbox])).status).toBe(0);
});

describe('where a subject is called as an id begins, and has more deliveries than are read at once,', () => {
  const path = join(directory, 'subject.db');
  const idOf = (begin: string): string => `${begin}-0000-8000-8000-000000000000`;

  beforeAll(async () => {
    const inbox = sqliteInbox({ path });
    const accept = (id: string, subject: string, receivedAt: number) =>
      inbox.accept({
        delivery: {
          id,
          source: 'ignite',
          receivedAt,
          address: undefined,
          pathToken: undefined,
          query: '',
          headers: [],
          body: new TextEncoder().encode('{}'),
        },
        keys: [],
        heldKeys: [],
        keysExpireAt: 0,
        subjects: [subject],
        plan: () => ({
          subjects: new Map(),
          events: [
            {
              id: `${id}.0`,
              source: 'ignite',
              type: 'video.updated',
              name: 'video.updated',
              payload: {},
              subject,
              version: undefined,
              previous: undefined,
              stale: false,
            },
          ],
        }),
      });
    const at = 1_700_000_000_000;
    await Promise.all([
      accept(idOf('feed0001'), 'ignite video:1', at),
      accept(idOf('beef0001'), 'ignite video:1', at),
      ...Array.from({ length: 101 }, (_, index) =>
        ['feed', 'beef'].map((subject) =>
          accept(
            idOf(`${subject === 'feed' ? 1 : 2}${String(index).padStart(7, '0')}`),
            `ignite video:${subject}`,
            at + 1,
          ),
        ),
      ).flat(),
      accept(idOf('beef0002'), 'ignite video:1', at + 2),
    ]);
    await inbox.stop({ timeoutMs: 1000 });
  });

  test('finds a delivery that is older than all of those', async () => {
    const { status, stderr, stdout } = await run(['inbox', 'show', 'feed', '--inbox', path]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(idOf('feed0001'));
  });

  test('takes none for the only one, where another is older than all of those', async () => {
    const { status, stderr } = await run(['inbox', 'show', 'beef', '--inbox', path]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `error: Several deliveries begin with "beef". 8 characters tell them apart:\n  ${idOf('beef0002')}\n  ${idOf('beef0001')}\n`,
    );
  });
});
