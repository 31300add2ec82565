import { gate, handled, kept, turns, workerOf } from './kept.ts';
import { oneFile, statusOf } from './one-file.ts';

const file = oneFile();

describe('what a handler has done', () => {
  test('is written down when a locked file is free again, and not done twice', async () => {
    const inbox = file.open();
    const finish = gate();
    let runs = 0;
    await inbox.accept(kept('a', { subject: 'ignite video:1' }));
    await inbox.accept(kept('b', { subject: 'ignite video:1' }));
    await inbox.start(
      workerOf(async ({ id }) => {
        if (id === 'a.0') {
          runs += 1;
          await finish.passed;
        }
        return handled;
      }),
    );
    await turns();
    const held = file.lock();
    finish.open();
    await file.pass(6000);
    expect(await statusOf(inbox, 'a')).toBe('running');
    held.release();
    await file.pass(6000);
    expect([await statusOf(inbox, 'a'), await statusOf(inbox, 'b'), runs]).toEqual(['handled', 'handled', 1]);
  });

  test('is a failure where the worker breaks its promise and rejects; the process goes on', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => Promise.reject(new Error('a mistake'))));
    await turns();
    expect(await statusOf(inbox, 'a')).toBe('pending');
    expect((await inbox.attempts('a.0')).map(({ error }) => error)).toEqual(['Error: a mistake']);
  });
});

describe('stop', () => {
  test('runs nothing that was about to be claimed', async () => {
    const inbox = file.open();
    let runs = 0;
    await inbox.accept(kept('a'));
    await inbox.start(
      workerOf(async () => {
        runs += 1;
        return handled;
      }),
    );
    await inbox.stop({ timeoutMs: 1000 });
    expect(runs).toBe(0);
    expect(await statusOf(file.open(), 'a')).toBe('pending');
  });

  test('called twice at once closes once', async () => {
    const inbox = file.open();
    await inbox.start(workerOf(async () => handled));
    await expect(Promise.all([inbox.stop({ timeoutMs: 1 }), inbox.stop({ timeoutMs: 1 })])).resolves.toBeDefined();
  });

  test('makes no dead letter of what it has aborted, even at the last attempt', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a'));
    await inbox.start(
      workerOf(
        (_event, _delivery, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'aborted', retryInMs: undefined }));
          }),
      ),
    );
    await turns();
    const stopped = inbox.stop({ timeoutMs: 1000 });
    await file.pass(1500);
    await stopped;
    const next = file.open();
    expect(await statusOf(next, 'a')).toBe('pending');
    expect((await next.attempts('a.0')).map(({ error }) => error)).toEqual(['aborted']);
  });

  test('gives back what does not end even when it is aborted', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => new Promise(() => undefined)));
    await turns();
    const stopped = inbox.stop({ timeoutMs: 1000 });
    await file.pass(3000);
    await stopped;
    expect(await statusOf(file.open(), 'a')).toBe('pending');
  });
});

describe('an event that cannot be read', () => {
  test.each([
    ['payload is no JSON', 'UPDATE events SET payload = \'{"password": hunter2}\'', 'payload'],
    ['headers are no JSON', "UPDATE deliveries SET headers = 'authorization hunter2'", 'headers', 'deliveries.seq = 1'],
    [
      'version is no JSON, and its time beyond all numbers',
      "UPDATE events SET version = '{', run_at = -1152921504606846977",
      'version',
    ],
    ['delivery is gone', 'PRAGMA foreign_keys = OFF; DELETE FROM deliveries', 'id', 'seq = 1'],
  ])('because its %s is a dead letter, told of once, and keeps no other from being claimed', async (...damage) => {
    const [, change, reason, where = 'delivery_seq = 1'] = damage;
    const inbox = file.open();
    await inbox.accept(kept('broken', { subject: 'ignite video:1' }));
    await inbox.accept(kept('next', { subject: 'ignite video:1' }));
    await inbox.accept(kept('whole'));
    const other = file.connect();
    other.exec(`${change} WHERE ${where}`);
    const rows = (table: string) => other.prepare(`SELECT * FROM ${table} ORDER BY 1`).all();
    const told: unknown[] = [];
    await inbox.start({
      ...workerOf(async () => handled),
      abandoned: (event, delivery, attempts, unreadable) =>
        told.push([event, delivery.body.length, delivery.headers, attempts, unreadable, rows('events')[0]?.status]),
    });
    await file.pass(2000);
    const error = expect.stringMatching(new RegExp(`^It cannot be read: .*${reason}`));
    expect(rows('events').map(({ status }) => status)).toEqual(['dead', 'handled', 'handled']);
    expect(rows('attempts')[0]).toMatchObject({ number: 1, ended_at: expect.any(Number), error });
    expect(told).toEqual([
      [
        expect.objectContaining({
          source: 'ignite',
          type: 'video.updated',
          subject: 'ignite video:1',
          payload: undefined,
          status: 'dead',
        }),
        0,
        [],
        1,
        error,
        'dead',
      ],
    ]);
    expect(JSON.stringify([told, rows('attempts')])).not.toContain('hunter2');
    other.close();
  });

  test.each([
    ['somebody has set them to 0 by hand', "UPDATE events SET status = 'pending', attempts = 0, run_at = 0", 'handled'],
    [
      'they are the most that a file can hold',
      "UPDATE events SET status = 'pending', attempts = 9223372036854775807, run_at = 0",
      'handled',
    ],
    [
      'they are the least that a file can hold',
      "UPDATE events SET status = 'pending', attempts = -9223372036854775808, run_at = 0",
      'handled',
    ],
    [
      'they are beyond all numbers, of a process that died',
      "UPDATE events SET status = 'running', lease = 'dead', lease_until = 1, attempts = 1152921504606846977",
      'dead',
    ],
  ])('only in its attempts, because %s, keeps no other from being claimed', async (_why, change, ended) => {
    const inbox = file.open();
    let isFirst = true;
    await inbox.accept(kept('odd'));
    await inbox.start(
      workerOf(async () => {
        if (!isFirst) return handled;
        isFirst = false;
        return { kind: 'failed', error: 'not yet', retryInMs: 3_600_000 };
      }),
    );
    await turns();
    const other = file.connect();
    other.exec(change);
    await inbox.accept(kept('whole'));
    await file.pass(3000);
    expect(other.prepare('SELECT status FROM events ORDER BY seq').all()).toEqual([
      { status: ended },
      { status: 'handled' },
    ]);
    other.close();
  });

  test('at its last attempt, which nobody finished, is told of all the same', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a'));
    const other = file.connect();
    other.exec("UPDATE events SET status = 'running', lease = 'dead', attempts = 10, lease_until = 1, payload = '{'");
    other.close();
    const told: unknown[] = [];
    await inbox.start({
      ...workerOf(async () => handled),
      abandoned: ({ id, payload }, _delivery, attempts, unreadable) => told.push([id, payload, attempts, unreadable]),
    });
    await turns();
    expect(told).toEqual([['a.0', undefined, 10, undefined]]);
  });
});

test('claiming goes on by itself when a locked file is free again', async () => {
  const inbox = file.open({ pollMs: 1000 });
  await inbox.accept(kept('a'));
  const held = file.lock();
  let runs = 0;
  await inbox.start(
    workerOf(async () => {
      runs += 1;
      return handled;
    }),
  );
  await file.pass(10_000);
  expect(runs).toBe(0);
  held.release();
  await file.pass(1500);
  expect(await statusOf(inbox, 'a')).toBe('handled');
});
