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
