import type { DatabaseSync } from 'node:sqlite';
import { InboxUnavailableError, systemClock } from '@mediahooks/core';
import { openDatabase } from '../src/open-database.ts';
import { createWriteQueue, type WriteQueue } from '../src/write-queue.ts';
import { type Held, held } from './held.ts';

let database: DatabaseSync;
let queue: WriteQueue;
let noted: string[] = [];
let broken = false;
/** What each flush of the disk waits for, in a test that holds it back. */
let flushes: Held[] | undefined;
const written: string[][] = [];

beforeEach(() => {
  ({ database } = openDatabase(':memory:'));
  database.exec('CREATE TABLE words (word TEXT NOT NULL) STRICT');
  noted = [];
  broken = false;
  flushes = undefined;
  written.length = 0;
  queue = createWriteQueue(engine(), {
    clock: systemClock,
    timeoutMs: 1000,
    maxQueued: 100,
    maxQueuedBytes: 1000,
    check: () => undefined,
    checkWithin: () => {
      if (broken) throw new InboxUnavailableError('Not now.');
    },
    beforeCommit: () => void written.push([...noted]),
    rolledBack: () => {
      noted = [];
    },
    async flush() {
      const one = held();
      flushes?.push(one);
      if (flushes !== undefined) await one.promise;
    },
  });
});

afterEach(() => database.close());

/** As much of the database as Node 22.13 has: it does not tell whether there is a transaction. */
const engine = (): Pick<DatabaseSync, 'exec' | 'prepare'> => ({
  exec: (sql) => database.exec(sql),
  prepare: (sql) => database.prepare(sql),
});

const put = (word: string) => {
  database.prepare('INSERT INTO words (word) VALUES (?)').run(word);
  noted.push(word);
  return word;
};

const kept = () =>
  database
    .prepare('SELECT word FROM words ORDER BY rowid')
    .all()
    .map(({ word }) => word);

test('writes of one turn share a transaction, and each gets its own result', async () => {
  const results = await Promise.all(['one', 'two', 'three'].map((word) => queue.write(() => put(word))));
  expect(results).toEqual(['one', 'two', 'three']);
  expect(written).toEqual([['one', 'two', 'three']]);
  expect(kept()).toEqual(['one', 'two', 'three']);
});

test('writes that come turn by turn share a transaction too, and a flood of them does not keep the first waiting', async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const writes: Promise<string>[] = [];
  for (let number = 1; number <= 10; number += 1) {
    const next = turn();
    writes.push(queue.write(() => put(String(number))));
    await next;
  }
  await Promise.all(writes);
  // How many there are after each commit.
  expect(written.map(({ length }) => length)).toEqual([5, 10]);
});

test('a write that comes alone is written in the next turn', async () => {
  const write = queue.write(() => put('one'));
  expect(kept()).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(kept()).toEqual(['one']);
  await write;
});

/** Several turns of the event loop: all that can happen by itself has happened then. */
const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a write is not done before the disk is flushed, once it is committed; and what may be lost in a power cut does not wait', async () => {
  flushes = [];
  const done: string[] = [];
  const note = (word: string) => void done.push(word);
  const writes = [queue.write(() => put('one')).then(note), queue.writeDown(() => put('noted')).then(note)];
  await turns();
  expect(kept()).toEqual(['one', 'noted']);
  expect(done).toEqual(['noted']);
  expect(flushes).toHaveLength(1);
  // What comes meanwhile shares the next commit, and waits for a flush that begins after it.
  for (const word of ['two', 'three']) {
    writes.push(queue.write(() => put(word)).then(note));
    await turns();
  }
  expect(kept()).toEqual(['one', 'noted']);
  flushes[0]?.resolve();
  await turns();
  expect(done).toEqual(['noted', 'one']);
  expect(kept()).toEqual(['one', 'noted', 'two', 'three']);
  expect(flushes).toHaveLength(2);
  flushes[1]?.resolve();
  await Promise.all(writes);
  expect(done).toEqual(['noted', 'one', 'two', 'three']);
});

test('what may be lost in a power cut asks for no flush', async () => {
  flushes = [];
  await queue.writeDown(() => put('noted'));
  expect(flushes).toEqual([]);
});

test('where the disk cannot be flushed the write is refused, and every one after it', async () => {
  flushes = [];
  const first = queue.write(() => put('one'));
  const refused = expect(first).rejects.toMatchObject({
    code: 'inbox-unavailable',
    message: expect.stringContaining('EIO'),
  });
  await turns();
  flushes[0]?.reject(new Error('EIO: i/o error, fdatasync'));
  await refused;
  await expect(queue.write(() => put('two'))).rejects.toThrow('before this process is restarted');
  await expect(queue.writeDown(() => put('three'))).rejects.toThrow('before this process is restarted');
  expect(kept()).toEqual(['one']);
});

test('what waits for the disk counts among what waits', async () => {
  flushes = [];
  const first = queue.write(() => put('one'), 900);
  await turns();
  expect(kept()).toEqual(['one']);
  await expect(queue.write(() => put('two'), 200)).rejects.toThrow('1 writes with 900 bytes');
  flushes[0]?.resolve();
  await first;
  flushes = undefined;
  await queue.write(() => put('two'), 200);
  expect(kept()).toEqual(['one', 'two']);
});

test('is closed only once nothing waits for the disk', async () => {
  flushes = [];
  const done: string[] = [];
  const write = queue.write(() => put('one')).then((word) => done.push(word));
  await turns();
  const closing = queue.close().then(() => done.push('closed'));
  await turns();
  expect(done).toEqual([]);
  flushes[0]?.resolve();
  await Promise.all([write, closing]);
  expect(done).toEqual(['one', 'closed']);
});

test('what a check refuses is not written, and no lock is left behind', async () => {
  broken = true;
  await expect(queue.write(() => put('one'))).rejects.toThrow('Not now.');
  // Within a transaction that is open another cannot begin.
  expect(() => database.exec('BEGIN; ROLLBACK')).not.toThrow();
  broken = false;
  await queue.write(() => put('two'));
  expect(kept()).toEqual(['two']);
});

test('a write that throws fails alone: what it has written is undone, and the others are kept once', async () => {
  const broken = () => {
    put('half');
    throw new RangeError('It is at fault itself.');
  };
  const results = await Promise.allSettled([
    queue.write(() => put('one')),
    queue.write(broken),
    queue.write(() => put('two')),
  ]);
  expect(results).toMatchObject([
    { status: 'fulfilled', value: 'one' },
    { status: 'rejected', reason: new RangeError('It is at fault itself.') },
    { status: 'fulfilled', value: 'two' },
  ]);
  expect(kept()).toEqual(['one', 'two']);
  // why: what is noted in memory is for beforeCommit; of the transaction that was rolled back nothing is left.
  expect(written).toHaveLength(1);
  expect(written[0]?.slice(0, 1)).toEqual(['one']);
});

test('what the engine has rolled back itself fails, and the next write does not', async () => {
  const ended = () => {
    put('one');
    database.exec('ROLLBACK');
    throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
  };
  await expect(queue.write(ended)).rejects.toThrow('disk is full');
  await queue.write(() => put('two'));
  expect(kept()).toEqual(['two']);
});

test('a write after one that threw is not kept apart any more, and is written', async () => {
  await expect(queue.write(() => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  await expect(queue.write(() => put('after'))).resolves.toBe('after');
  expect(kept()).toEqual(['after']);
});

test('a row that the schema refuses fails alone too', async () => {
  const results = await Promise.allSettled([
    queue.write(() => database.exec('INSERT INTO words (word) VALUES (NULL)')),
    queue.write(() => put('one')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(kept()).toEqual(['one']);
});

test('waiting writes are refused where they would hold too many bytes, and nothing of them is written', async () => {
  const first = queue.write(() => put('one'), 900);
  await expect(queue.write(() => put('two'), 200)).rejects.toMatchObject({ code: 'inbox-unavailable' });
  await first;
  expect(kept()).toEqual(['one']);
});
