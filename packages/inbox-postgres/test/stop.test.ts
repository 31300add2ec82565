import { jest } from '@jest/globals';
import { type Clock, systemClock } from '@mediahooks/core';
import pg from 'pg';
import { describeOnPostgres, url } from './database.ts';
import { acceptance, handling, until } from './fixtures.ts';
import { sql } from './schemas.ts';

jest.setTimeout(60_000);

describeOnPostgres('An inbox', (database) => {
  const { open } = database;

  test('stopped while it is being started leaves no timer that would keep the process', async () => {
    const { clock, timers } = countedTimers();
    const inbox = open({ clock });
    const starting = inbox.start(handling().worker);
    await inbox.stop({ timeoutMs: 1 });
    await starting;
    expect(timers.size).toBe(0);
  });

  test('stopped while a lease is being renewed leaves no timer, though the handler never ends', async () => {
    const { clock, timers } = countedTimers();
    const inbox = open({ clock, timeoutMs: 1500 });
    await inbox.accept(acceptance({ id: 'endless' }));
    const begun = new Promise<void>((resolve) => {
      void inbox.start(
        handling(() => {
          resolve();
          return new Promise(() => undefined);
        }).worker,
      );
    });
    await begun;
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await other.query(`BEGIN; SELECT FROM ${database.schema}_pgboss.job FOR UPDATE`);
      for (const { callback, ms } of timers) if (ms === 3333) callback();
      await inbox.stop({ timeoutMs: 1 });
    } finally {
      await other.end();
    }
    expect([...timers].map(({ ms }) => ms)).toEqual([]);
  });

  test('stopped while it claims leaves what it would have claimed as if it had not been asked for', async () => {
    const inbox = open();
    await inbox.accept(acceptance({ id: 'one' }));
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const { seen, worker } = handling();
    try {
      await other.query(`BEGIN; SELECT FROM ${database.schema}.events FOR UPDATE`);
      await inbox.start(worker);
      const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE ${database.schema}.events%'`;
      await until(async () => (await sql(url, waiting)).length > 0);
      const stopped = inbox.stop({ timeoutMs: 1 });
      await other.query('COMMIT');
      await stopped;
    } finally {
      await other.end();
    }
    const left = await open().get('one');
    expect(left?.events.map(({ attempts, status }) => [attempts, status])).toEqual([[0, 'pending']]);
    expect(seen).toEqual([]);
  });
});

interface Timer {
  readonly ms: number;
  readonly callback: () => void;
}

/** A clock, and the timers that are set by it. */
const countedTimers = (): { readonly clock: Clock; readonly timers: ReadonlySet<Timer> } => {
  const timers = new Set<Timer>();
  const clock: Clock = {
    now: () => Date.now(),
    after(ms, callback) {
      const run = (): void => {
        cancel();
        callback();
      };
      const timer = { ms, callback: run };
      timers.add(timer);
      const cancelTimer = systemClock.after(ms, run);
      const cancel = (): void => {
        timers.delete(timer);
        cancelTimer();
      };
      return cancel;
    },
  };
  return { clock, timers };
};
