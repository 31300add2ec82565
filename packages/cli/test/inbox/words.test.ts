import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { page } from './documents.ts';
import { inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, fill, run } = inboxScene();

test('what is rejected is called that, wherever it is listed, shown, replayed and explained; so it is with what is quarantined', async () => {
  const inbox = ['--inbox', join(directory, `${randomUUID()}.db`)];
  await fill(inbox);
  const { stdout } = await run(['inbox', 'list', '--json', ...inbox]);
  const [quarantined = '', rejected = ''] = page.parse(JSON.parse(stdout)).deliveries.map(({ id }) => id);
  const said = async (...args: readonly string[]): Promise<string> => (await run([...args, ...inbox])).stdout;
  expect(await said('inbox', 'list')).toMatch(/ rejected +credential-invalid/);
  expect(await said('inbox', 'show', rejected)).toMatch(/^rejected: credential-invalid$/m);
  expect(await said('inbox', 'show', quarantined)).toMatch(/^quarantined: invalid-payload$/m);
  expect(await said('inbox', 'replay', rejected)).toMatch(/ {2}rejected: credential-invalid\. The signature in/);
  expect(await said('explain', rejected)).toMatch(/^Rejected: 401 credential-invalid\.$/m);
});

test.each([
  [[]],
  [['explain']],
  [['send']],
  [['listen']],
  [['inbox', 'list']],
  [['inbox', 'replay']],
  [['inbox', 'discard']],
  [['inbox', 'prune']],
])('the help of %j has no other word for it', async (command) => {
  const { status, stdout } = await run([...command, '--help']);
  expect([status, stdout.match(/.{0,40}\brefus.{0,20}/gi)]).toEqual([0, null]);
});
