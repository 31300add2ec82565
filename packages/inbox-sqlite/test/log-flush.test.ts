import fs from 'node:fs';
import { jest } from '@jest/globals';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { openLogFlush } from '../src/log-flush.ts';
import { type Held, held } from './held.ts';
import { kept } from './kept.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

/** A log whose flushes are held back. */
const open = () => {
  const path = folder.path('log');
  fs.writeFileSync(path, '');
  const started: Held[] = [];
  const log = openLogFlush(path, () => {
    const one = held();
    started.push(one);
    return one.promise;
  });
  return { log, started };
};

test('what is asked for while a flush runs waits for the next, which all of them share', async () => {
  const { log, started } = open();
  const done: string[] = [];
  const first = log.flush().then(() => done.push('first'));
  const second = log.flush().then(() => done.push('second'));
  const third = log.flush().then(() => done.push('third'));
  expect(started).toHaveLength(1);
  started[0]?.resolve();
  await first;
  expect(started).toHaveLength(2);
  expect(done).toEqual(['first']);
  const fourth = log.flush().then(() => done.push('fourth'));
  started[1]?.resolve();
  await Promise.all([second, third]);
  expect(started).toHaveLength(3);
  started[2]?.resolve();
  await fourth;
  expect(done).toEqual(['first', 'second', 'third', 'fourth']);
  const fifth = log.flush().then(() => done.push('fifth'));
  expect(started).toHaveLength(4);
  const closing = log.close().then(() => done.push('closed'));
  await expect(log.flush()).rejects.toThrow('closed');
  started[3]?.resolve();
  await Promise.all([fifth, closing]);
  expect(done.slice(4)).toEqual(['fifth', 'closed']);
});

test('once the disk has failed, no later flush passes for one that has succeeded', async () => {
  const { log, started } = open();
  const first = expect(log.flush()).rejects.toThrow('EIO');
  const second = expect(log.flush()).rejects.toThrow('EIO');
  started[0]?.reject(new Error('EIO'));
  await Promise.all([first, second]);
  await expect(log.flush()).rejects.toThrow('EIO');
  expect(started).toHaveLength(1);
  await log.close();
});

test('an inbox in memory has no log', async () => {
  const log = openLogFlush(undefined);
  await log.flush();
  await log.close();
});

test('the inbox answers once the file of its log is flushed, and refuses where that fails', async () => {
  const path = folder.path('inbox.db');
  const callbacks: ((error: NodeJS.ErrnoException | null) => void)[] = [];
  const flushed: string[] = [];
  jest.spyOn(fs, 'fdatasync').mockImplementation((file, callback) => {
    flushed.push(`${fs.fstatSync(file).ino}`);
    callbacks.push(callback);
  });
  const inbox = sqliteInbox({ path });
  const answers: string[] = [];
  const accepting = inbox.accept(kept('first')).then(({ kind }) => answers.push(kind));
  // The delivery is in the file before that: the flush is asked for once it is.
  for (let turn = 0; turn < 100 && callbacks.length === 0; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect((await inbox.stats()).deliveries.stored).toBe(1);
  expect(flushed).toEqual([`${fs.statSync(`${path}-wal`).ino}`]);
  expect(answers).toEqual([]);
  // Nor does it say that it has the delivery.
  const getting = inbox.get('first').then((found) => answers.push(String(found?.id)));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toEqual([]);
  callbacks[0]?.(null);
  await accepting;
  expect(answers).toEqual(['stored']);
  expect(callbacks).toHaveLength(2);
  callbacks[1]?.(null);
  await getting;
  expect(answers).toEqual(['stored', 'first']);

  const refused = expect(inbox.accept(kept('second'))).rejects.toMatchObject({ code: 'inbox-unavailable' });
  for (let turn = 0; turn < 100 && callbacks.length === 2; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  callbacks[2]?.(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
  await refused;
  await expect(inbox.get('first')).rejects.toMatchObject({ code: 'inbox-unavailable' });
  await inbox.stop({ timeoutMs: 0 });
});
