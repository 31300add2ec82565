import type { JobResult } from '@mediahooks/core';
import { gate, handled, kept, turns, workerOf } from './kept.ts';
import { oneFile, statusOf } from './one-file.ts';

const file = oneFile();

describe('a lease', () => {
  test('is renewed while a handler runs, so that no other process takes its event', async () => {
    const inbox = file.open();
    const other = file.open();
    const runs: string[] = [];
    await inbox.accept(kept('a'));
    await inbox.start(workerOf(() => new Promise(() => runs.push('one'))));
    await turns();
    await other.start(workerOf(() => new Promise(() => runs.push('other'))));
    await file.pass(120_000);
    expect(runs).toEqual(['one']);
  });

  test('that has run out while nothing of the process ran is taken up again, and its event is not run twice', async () => {
    const inbox = file.open({ leaseMs: 30_000 });
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
    file.clock.pass(3_600_000);
    await turns();
    finish.open();
    await turns();
    expect(told).toEqual(['attempt 1', 'done']);
    expect(await statusOf(inbox, 'a')).toBe('handled');
  });

  test('that has run out though the process goes on is taken up again too', async () => {
    const inbox = file.open();
    let runs = 0;
    await inbox.accept(kept('a'));
    await inbox.start(
      workerOf(() => {
        runs += 1;
        return new Promise(() => undefined);
      }),
    );
    await turns();
    file.change('UPDATE events SET lease_until = 1');
    await file.pass(2000);
    expect(runs).toBe(1);
  });

  test.each([
    ['all of them slept, or the clock was put forward', async () => file.clock.pass(3_600_000)],
    [
      'the file was locked for all of them',
      async () => {
        const held = file.lock();
        await file.pass(36_000);
        held.release();
      },
    ],
  ])('that has run out because %s is left to its process, which has time to renew it', async (_why, happens) => {
    const inbox = file.open();
    const other = file.open();
    const runs: string[] = [];
    await inbox.accept(kept('a'));
    await other.start(workerOf(() => new Promise(() => runs.push('other'))));
    await turns();
    expect(runs).toEqual(['other']);
    await inbox.start(workerOf(() => new Promise(() => runs.push('one'))));
    await file.pass(5000);
    await happens();
    await file.pass(60_000);
    expect(runs).toEqual(['other']);
  });

  test('that ran out while all slept is lost all the same where its process is dead', async () => {
    const inbox = file.open();
    await inbox.start(workerOf(async () => handled));
    await file.pass(5000);
    file.clock.pass(3_600_000);
    await turns();
    await inbox.accept(kept('a'));
    file.change("UPDATE events SET status = 'running', lease = 'dead', attempts = 1, lease_until = 1");
    await file.pass(16_000);
    expect(await statusOf(inbox, 'a')).toBe('handled');
  });

  test('of a process that has died is noticed by one that is suspended again and again, too', async () => {
    const inbox = file.open();
    await inbox.start(workerOf(async () => handled));
    await file.pass(5000);
    await inbox.accept(kept('a'));
    file.change("UPDATE events SET status = 'running', lease = 'dead', attempts = 1, lease_until = 1");
    const seen: unknown[] = [];
    for (let thaw = 0; thaw < 10; thaw += 1) {
      file.clock.pass(57_000);
      await file.pass(3000);
      seen.push(await statusOf(inbox, 'a'));
    }
    // Half a lease is 15 seconds: five times three, or somewhat more often.
    expect([seen[3], seen.at(-1)]).toEqual(['running', 'handled']);
  });

  test('of a process that has died is noticed by one that is always busy, too', async () => {
    const inbox = file.open({ concurrency: 1 });
    for (let number = 0; number < 10; number += 1) await inbox.accept(kept(`a${number}`));
    await inbox.start(workerOf(() => new Promise((resolve) => file.clock.after(20_000, () => resolve(handled)))));
    await turns();
    file.change("UPDATE events SET status = 'running', lease = 'dead', attempts = 1, lease_until = 1 WHERE seq = 10");
    await file.pass(21_000);
    expect(await statusOf(inbox, 'a9')).toBe('pending');
  });

  const late: readonly [string, JobResult][] = [
    ['what it says changes nothing', handled],
    [
      'that it failed for good by that makes no dead letter',
      { kind: 'failed', error: 'aborted', retryInMs: undefined },
    ],
  ];
  test.each(late)(
    'that another process took over is noticed: the handler is aborted, and %s',
    async (_what, result) => {
      const inbox = file.open({ leaseMs: 30_000 });
      const finish = gate();
      let signal: AbortSignal | undefined;
      await inbox.accept(kept('a'));
      await inbox.start(
        workerOf(async (_event, _delivery, context) => {
          signal = context.signal;
          await finish.passed;
          return result;
        }),
      );
      await turns();
      const other = file.connect();
      other.exec("UPDATE events SET lease = 'of another', attempts = 2");
      await file.pass(11_000);
      expect(signal?.aborted).toBe(true);
      finish.open();
      await turns();
      expect(other.prepare('SELECT status, lease, attempts FROM events').get()).toEqual({
        status: 'running',
        lease: 'of another',
        attempts: 2,
      });
      other.close();
    },
  );

  test('that could not be renewed in time is taken for lost: the handler is aborted, and what it says counts once it can be written', async () => {
    const inbox = file.open({ leaseMs: 30_000 });
    const told: string[] = [];
    await inbox.accept(kept('a'));
    await inbox.start(
      workerOf(
        (_event, _delivery, { attempt, signal }) =>
          new Promise((resolve) => {
            told.push(`attempt ${attempt}`);
            if (attempt > 1) return resolve(handled);
            signal.addEventListener('abort', () => {
              told.push('aborted');
              resolve({ kind: 'failed', error: 'aborted', retryInMs: 1000 });
            });
          }),
      ),
    );
    await turns();
    const held = file.lock();
    await file.pass(28_500);
    expect(told).toEqual(['attempt 1']);
    await file.pass(20_000);
    expect(told).toEqual(['attempt 1', 'aborted']);
    held.release();
    await file.pass(5000);
    expect(told).toEqual(['attempt 1', 'aborted', 'attempt 2']);
    expect(await statusOf(inbox, 'a')).toBe('handled');
  });

  test('of a process that has died runs out, and its event begins again at once', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a'));
    const other = file.connect();
    other.exec(
      `UPDATE events SET status = 'running', lease = 'dead', attempts = 3, lease_until = ${file.clock.now() + 5000}`,
    );
    other.close();
    const attempts: number[] = [];
    await inbox.start(
      workerOf(async (_event, _delivery, { attempt }) => {
        attempts.push(attempt);
        return handled;
      }),
    );
    await file.pass(4500);
    expect(attempts).toEqual([]);
    await file.pass(2000);
    expect(attempts).toEqual([4]);
  });

  test.each([
    ['without an end', "lease = 'dead', lease_until = NULL"],
    ['without an end or a name', 'lease = NULL, lease_until = NULL'],
  ])('%s, which was changed by hand, is lost too', async (_what, change) => {
    const inbox = file.open();
    for (const id of ['a', 'b']) await inbox.accept(kept(id, { subject: 'ignite video:1' }));
    file.change(`UPDATE events SET status = 'running', attempts = 1, ${change} WHERE seq = 1`);
    await inbox.start(workerOf(async () => handled));
    await turns();
    expect([await statusOf(inbox, 'a'), await statusOf(inbox, 'b')]).toEqual(['handled', 'handled']);
  });

  test('of a process that has died at the last attempt leaves a dead letter, and the subject goes on', async () => {
    const inbox = file.open();
    await inbox.accept(kept('a', { subject: 'ignite video:1' }));
    await inbox.accept(kept('b', { subject: 'ignite video:1' }));
    const other = file.connect();
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

test('the late end of an attempt is not taken for that of another, which a replay has begun meanwhile', async () => {
  const inbox = file.open({ leaseMs: 30_000 });
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
  const other = file.connect();
  // As another process does that finds the lease over, at the last attempt.
  other.exec("UPDATE events SET status = 'dead', lease = NULL, lease_until = NULL");
  expect(await inbox.requeue('a')).toBe(1);
  await turns();
  expect(attempts).toEqual([1, 1]);
  await file.pass(11_000);
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
