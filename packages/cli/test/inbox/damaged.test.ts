import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import { everything } from '../command.ts';
import { page, replayed } from './documents.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, fill, run } = inboxScene();

test('mediahooks inbox lists what was damaged with the rest, says so of it, and why it cannot be replayed', async () => {
  const path = join(directory, `${randomUUID()}.db`);
  const inbox = ['--inbox', path];
  await fill(inbox);
  const file = new DatabaseSync(path);
  file.exec("UPDATE events SET payload = 'damaged-9f2c' WHERE source = 'ignite'");
  file.exec("UPDATE deliveries SET headers = 'damaged-9f2c' WHERE source = 'tpstreams'");
  file.close();
  const lines = (await run(['inbox', 'list', ...inbox])).stdout.trim().split('\n');
  expect(lines.map((line) => line.endsWith('cannot be read'))).toEqual([false, false, false, true]);
  const listing = page.parse(JSON.parse((await run(['inbox', 'list', '--json', ...inbox])).stdout));
  const [livestream, video] = listing.deliveries.slice(2);
  const unreadable = 'It cannot be read: What is stored as payload is not JSON.';
  expect(video?.events).toMatchObject([{ type: 'video.updated', status: 'pending', unreadable }]);
  expect((await run(['inbox', 'show', video?.id ?? '', ...inbox])).stdout).toContain(unreadable);
  const shown = await run(['inbox', 'show', livestream?.id ?? '', ...inbox]);
  expect(shown).toMatchObject({ status: 0, stdout: expect.stringMatching(/body +0 B, unreadable\n.* is damaged\./) });
  const why = expect.stringMatching(/ is damaged\. It cannot be read: What is stored as headers is not JSON\./);
  const replay = await run(['inbox', 'replay', livestream?.id ?? '', '--json', ...inbox]);
  expect(replay.status).toBe(1);
  expect(replayed.parse(JSON.parse(replay.stdout)).replayed).toMatchObject([{ result: 'unreadable', why }]);
  const explained = await run(['explain', livestream?.id ?? '', ...inbox]);
  expect(explained).toMatchObject({ status: 1, stderr: why });
  const discarded = await run(['inbox', 'discard', livestream?.id ?? '', video?.id ?? '', ...inbox]);
  expect(discarded.stdout.match(/1 event given up on/g)).toHaveLength(2);
  expect(everything.filter((text) => text.includes('damaged-9f2c'))).toEqual([]);
});

test('prints no secret', () => {
  expect(everything.length).toBeGreaterThan(6);
  expectNoSecrets();
});
