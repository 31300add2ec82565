import { DatabaseSync } from 'node:sqlite';
import type { Inbox, JobResult } from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { type StandingClock, standingClock } from '../../core/test/standing-clock.ts';
import { gate, handled, kept, turns, workerOf } from './kept.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
let clock: StandingClock;
let opened: Inbox[];

beforeEach(() => {
  folder = temporaryFolder();
  clock = standingClock();
  opened = [];
});

afterEach(async () => {
  for (const inbox of opened) {
    const stopped = inbox.stop({ timeoutMs: 0 });
    await turns();
    clock.pass(10_000);
    await turns();
    clock.pass(10_000);
    await stopped;
  }
  folder.remove();
});

const open = (options: Partial<SqliteInboxOptions> = {}): Inbox => {
  const inbox = sqliteInbox({ path: folder.path('inbox.db'), clock, ...options });
  opened.push(inbox);
  return inbox;
};

/** Another process's connection: SQLite locks by connection. */
const lock = (): { release(): void } => {
  const other = new DatabaseSync(folder.path('inbox.db'));
  other.exec('BEGIN IMMEDIATE');
  return {
    release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
};

const statusOf = async (inbox: Inbox, id: string): Promise<unknown> => (await inbox.get(id))?.events[0]?.status;

/** Lets `ms` pass in small steps, and everything that waits for them happen. */
const pass = async (ms: number, step = 500): Promise<void> => {
  for (let passed = 0; passed < ms; passed += step) {
    clock.pass(step);
    await turns(3);
  }
};

describe('what a handler has done', () => {
  test('is written down when a locked file is free again, and not done twice', async () => {
    const inbox = open();
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
    const held = lock();
    finish.open();
    await pass(6000);
    expect(await statusOf(inbox, 'a')).toBe('running');
    held.release();
    await pass(6000);
    expect([await statusOf(inbox, 'a'), await statusOf(inbox, 'b'), runs]).toEqual(['handled', 'handled', 1]);
  });

  test('is a failure where the worker breaks its promise and rejects; the process goes on', async () => {
    const inbox = open();
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => Promise.reject(new Error('a mistake'))));
    await turns();
    expect(await statusOf(inbox, 'a')).toBe('pending');
    expect((await inbox.attempts('a.0')).map(({ error }) => error)).toEqual(['Error: a mistake']);
  });
});

describe('a lease', () => {
  test('is renewed while a handler runs, so that no other process takes its event', async () => {
    const inbox = open();
    const other = open();
    const runs: string[] = [];
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => new Promise(() => runs.push('one'))));
    await turns();
    await other.start(workerOf(() => new Promise(() => runs.push('other'))));
    await pass(120_000);
    expect(runs).toEqual(['one']);
  });

  test('that has run out while nothing of the process ran is taken up again, and its event is not run twice', async () => {
    const inbox = open({ leaseMs: 30_000 });
    const finish = gate();
    const told: string[] = [];
    await inbox.accept(kept('a'));
    await inbox.start({
      ...workerOf(async (_event, _delivery, { attempt, signal }) => {
        told.push(`attempt ${attempt}`);
        await finish.passed;
        told.push(signal.aborted ? 'aborted' : 'done');
        return handled;
      }),
      abandoned: () => void told.push('abandoned'),
      retryDelayMs: () => undefined,
    });
    await turns();
    clock.pass(3_600_000);
    await turns();
    finish.open();
    await turns();
    expect(told).toEqual(['attempt 1', 'done']);
    expect(await statusOf(inbox, 'a')).toBe('handled');
  });

  test('that another process took over is noticed: the handler is aborted, and what it says changes nothing', async () => {
    const inbox = open({ leaseMs: 30_000 });
    const finish = gate();
    let signal: AbortSignal | undefined;
    await inbox.accept(kept('a'));
    await inbox.start(
      workerOf(async (_event, _delivery, context) => {
        signal = context.signal;
        await finish.passed;
        return handled;
      }),
    );
    await turns();
    const other = new DatabaseSync(folder.path('inbox.db'));
    other.exec("UPDATE events SET lease = 'of another', attempts = 2");
    await pass(11_000);
    expect(signal?.aborted).toBe(true);
    finish.open();
    await turns();
    expect(other.prepare('SELECT status, lease, attempts FROM events').get()).toEqual({
      status: 'running',
      lease: 'of another',
      attempts: 2,
    });
    other.close();
  });

  test('of a process that has died runs out, and its event begins again at once', async () => {
    const inbox = open();
    await inbox.accept(kept('a'));
    const other = new DatabaseSync(folder.path('inbox.db'));
    other.exec(
      `UPDATE events SET status = 'running', lease = 'dead', attempts = 3, lease_until = ${clock.now() + 5000}`,
    );
    other.close();
    const attempts: number[] = [];
    await inbox.start(
      workerOf(async (_event, _delivery, { attempt }) => {
        attempts.push(attempt);
        return handled;
      }),
    );
    await pass(4500);
    expect(attempts).toEqual([]);
    await pass(2000);
    expect(attempts).toEqual([4]);
  });

  test('of a process that has died at the last attempt leaves a dead letter, and the subject goes on', async () => {
    const inbox = open();
    await inbox.accept(kept('a', { subject: 'ignite video:1' }));
    await inbox.accept(kept('b', { subject: 'ignite video:1' }));
    const other = new DatabaseSync(folder.path('inbox.db'));
    other.exec(
      "UPDATE events SET status = 'running', lease = 'dead', attempts = 10, lease_until = 1 WHERE delivery_seq = (SELECT seq FROM deliveries WHERE id = 'a')",
    );
    other.close();
    const told: unknown[] = [];
    await inbox.start({
      ...workerOf(async () => handled),
      abandoned: ({ id, status }, { body }, attempts) =>
        told.push([id, status, new TextDecoder().decode(body), attempts]),
    });
    await turns();
    expect([await statusOf(inbox, 'a'), await statusOf(inbox, 'b')]).toEqual(['dead', 'handled']);
    expect(told).toEqual([['a.0', 'dead', '{}', 10]]);
  });
});

describe('stop', () => {
  test('runs nothing that was about to be claimed', async () => {
    const inbox = open();
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
    expect(await statusOf(open(), 'a')).toBe('pending');
  });

  test('called twice at once closes once', async () => {
    const inbox = open();
    await inbox.start(workerOf(async () => handled));
    await expect(Promise.all([inbox.stop({ timeoutMs: 1 }), inbox.stop({ timeoutMs: 1 })])).resolves.toBeDefined();
  });

  test('makes no dead letter of what it has aborted, even at the last attempt', async () => {
    const inbox = open();
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
    await pass(1500);
    await stopped;
    const next = open();
    expect(await statusOf(next, 'a')).toBe('pending');
    expect((await next.attempts('a.0')).map(({ error }) => error)).toEqual(['aborted']);
  });

  test('gives back what does not end even when it is aborted', async () => {
    const inbox = open();
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => new Promise(() => undefined)));
    await turns();
    const stopped = inbox.stop({ timeoutMs: 1000 });
    await pass(3000);
    await stopped;
    expect(await statusOf(open(), 'a')).toBe('pending');
  });
});

test('the late end of an attempt is not taken for that of another, which a replay has begun meanwhile', async () => {
  const inbox = open({ leaseMs: 30_000 });
  const gates = [gate<JobResult>(), gate<JobResult>()];
  const attempts: number[] = [];
  const signals: AbortSignal[] = [];
  await inbox.accept(kept('a'));
  await inbox.start(
    workerOf((_event, _delivery, { attempt, signal }) => {
      signals.push(signal);
      return gates[attempts.push(attempt) - 1]?.passed ?? Promise.resolve(handled);
    }),
  );
  await turns();
  const other = new DatabaseSync(folder.path('inbox.db'));
  // As another process does that finds the lease over, at the last attempt.
  other.exec("UPDATE events SET status = 'dead', lease = NULL, lease_until = NULL");
  expect(await inbox.requeue('a')).toBe(1);
  await turns();
  expect(attempts).toEqual([1, 1]);
  await pass(11_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  gates[0]?.open({ kind: 'failed', error: 'late', retryInMs: undefined });
  await turns();
  expect(await statusOf(inbox, 'a')).toBe('running');
  gates[1]?.open(handled);
  await turns();
  expect(await statusOf(inbox, 'a')).toBe('handled');
  expect(other.prepare('SELECT number, error FROM attempts').all()).toEqual([{ number: 1, error: null }]);
  other.close();
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
    const inbox = open();
    await inbox.accept(kept('broken', { subject: 'ignite video:1' }));
    await inbox.accept(kept('next', { subject: 'ignite video:1' }));
    await inbox.accept(kept('whole'));
    const other = new DatabaseSync(folder.path('inbox.db'));
    other.exec(`${change} WHERE ${where}`);
    const rows = (table: string) => other.prepare(`SELECT * FROM ${table} ORDER BY 1`).all();
    const told: unknown[] = [];
    await inbox.start({
      ...workerOf(async () => handled),
      abandoned: (event, delivery, attempts, unreadable) =>
        told.push([event, delivery.body.length, delivery.headers, attempts, unreadable, rows('events')[0]?.status]),
    });
    await pass(2000);
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
      'they are beyond all numbers, of a process that died',
      "UPDATE events SET status = 'running', lease = 'dead', lease_until = 1, attempts = 1152921504606846977",
      'dead',
    ],
  ])('only in its attempts, because %s, keeps no other from being claimed', async (_why, change, ended) => {
    const inbox = open();
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
    const other = new DatabaseSync(folder.path('inbox.db'));
    other.exec(change);
    await inbox.accept(kept('whole'));
    await pass(3000);
    expect(other.prepare('SELECT status FROM events ORDER BY seq').all()).toEqual([
      { status: ended },
      { status: 'handled' },
    ]);
    other.close();
  });

  test('at its last attempt, which nobody finished, is told of all the same', async () => {
    const inbox = open();
    await inbox.accept(kept('a'));
    const other = new DatabaseSync(folder.path('inbox.db'));
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

test('events that were taken while the clock was ahead are handled when it is put back, not when that time comes', async () => {
  let aheadMs = 365 * 24 * 3_600_000;
  const wrong = { ...clock, now: () => clock.now() + aheadMs };
  const inbox = open({ clock: wrong });
  const other = open({ clock: wrong });
  const seen: string[] = [];
  for (const id of ['a', 'b']) await inbox.accept(kept(id, { subject: 'ignite video:1' }));
  aheadMs = 0;
  await inbox.accept(kept('c', { subject: 'ignite video:1' }));
  await inbox.start(
    workerOf(async ({ deliveryId }) => {
      seen.push(deliveryId);
      return handled;
    }),
  );
  await pass(3000);
  expect(seen).toEqual(['a', 'b', 'c']);

  aheadMs = 3_600_000;
  await other.accept(kept('d', { subject: 'ignite video:1' }));
  await other.accept(kept('e'));
  aheadMs = 0;
  await pass(3000);
  expect(seen).toEqual(['a', 'b', 'c']);
  await other.prune({ before: 0 });
  await pass(3000);
  expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);

  aheadMs = 3_600_000;
  await other.accept(kept('f'));
  await pass(500);
  aheadMs = 0;
  await pass(3000);
  expect(seen).toContain('f');
});

test('claiming goes on by itself when a locked file is free again', async () => {
  const inbox = open({ pollMs: 1000 });
  await inbox.accept(kept('a'));
  const held = lock();
  let runs = 0;
  await inbox.start(
    workerOf(async () => {
      runs += 1;
      return handled;
    }),
  );
  await pass(10_000);
  expect(runs).toBe(0);
  held.release();
  await pass(1500);
  expect(await statusOf(inbox, 'a')).toBe('handled');
});
