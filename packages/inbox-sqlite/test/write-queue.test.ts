import type { DatabaseSync } from 'node:sqlite';
import { InboxUnavailableError, systemClock } from '@mediahooks/core';
import { openDatabase } from '../src/open-database.ts';
import { createWriteQueue, type WriteQueue } from '../src/write-queue.ts';

let database: DatabaseSync;
let queue: WriteQueue;
let noted: string[] = [];
let broken = false;
const written: string[][] = [];

beforeEach(() => {
  database = openDatabase(':memory:');
  database.exec('CREATE TABLE words (word TEXT NOT NULL) STRICT');
  noted = [];
  broken = false;
  written.length = 0;
  queue = createWriteQueue(database, {
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
  });
});

afterEach(() => database.close());

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

test('a commit waits for the disk where a write of it must not be lost in a power cut', async () => {
  const full = 2;
  const normal = 1;
  const level = () => Number(database.prepare('PRAGMA synchronous').get()?.synchronous);
  expect(await queue.write(level)).toBe(full);
  expect(await queue.writeDown(level)).toBe(normal);
  expect(await Promise.all([queue.writeDown(level), queue.write(level, 1)])).toEqual([full, full]);
  const failed = queue.writeDown(() => JSON.parse('{'));
  await expect(failed).rejects.toThrow(SyntaxError);
  expect(await queue.write(level)).toBe(full);
});

test('what a check refuses is not written, and no lock is left behind', async () => {
  broken = true;
  await expect(queue.write(() => put('one'))).rejects.toThrow('Not now.');
  expect(database.isTransaction).toBe(false);
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
