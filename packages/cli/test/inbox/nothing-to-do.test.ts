import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { everything } from '../command.ts';
import { page } from './documents.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, fill, run } = inboxScene();

test('mediahooks inbox ends with 1 where there is nothing to give up on or to replay, whether it was asked to or not', async () => {
  const inbox = ['--inbox', join(directory, `${randomUUID()}.db`)];
  await fill(inbox);
  const none = ['--source', 'gcore', ...inbox];
  const nothing = { status: 1, stdout: '', stderr: expect.stringContaining('Nothing is there.') };
  expect(await run(['inbox', 'discard', ...none])).toEqual(nothing);
  expect(await run(['inbox', 'discard', '--yes', ...none])).toEqual(nothing);
  expect(await run(['inbox', 'replay', ...none])).toEqual(nothing);
  expect(await run(['inbox', 'discard', '--json', ...none])).toEqual({
    status: 1,
    stdout: '{"discarded":[]}\n',
    stderr: '',
  });
  const ids = await run(['inbox', 'list', '--outcome', 'pending', '--json', ...inbox]);
  const [one = '', other = ''] = page.parse(JSON.parse(ids.stdout)).deliveries.map(({ id }) => id);
  expect(await run(['inbox', 'discard', one, ...inbox])).toMatchObject({
    status: 0,
    stdout: `${one}  1 event given up on\n`,
  });
  expect(await run(['inbox', 'discard', one, ...inbox])).toMatchObject({
    status: 1,
    stdout: `${one}  nothing to give up on\n`,
  });
  expect(await run(['inbox', 'discard', one, other, ...inbox])).toMatchObject({ status: 0 });
});

test('prints no secret', () => {
  expect(everything.length).toBeGreaterThan(10);
  expectNoSecrets();
});
