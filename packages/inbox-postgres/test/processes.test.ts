import { jest } from '@jest/globals';
import { createWebhooks, type Inbox } from '@mediahooks/core';
import { type PostgresInboxOptions, postgresInbox } from '@mediahooks/inbox-postgres';
import { ignite } from '@mediahooks/providers';
import { findPostgres } from '../../../tests/services/postgres.ts';
import { standingClock } from '../../core/test/standing-clock.ts';
import { acceptance, handling, statusOf, until } from './fixtures.ts';
import { runProcess } from './run-process.ts';
import { dropSchema, makeTables, newSchema, sql } from './schemas.ts';

jest.setTimeout(90_000);

const service = await findPostgres();
const url = service?.url ?? '';
afterAll(async () => service?.stop());

let schema: string;
let opened: Inbox[];

const open = (options: Partial<PostgresInboxOptions> = {}): Inbox => {
  const inbox = postgresInbox({ connectionString: url, schema, pollMs: 50, leaseMs: 10_000, ...options });
  opened.push(inbox);
  return inbox;
};

(service === undefined ? describe.skip : describe)('Several processes', () => {
  beforeEach(() => {
    schema = newSchema();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
    await dropSchema(url, schema);
  });

  test('an event whose process died is handled by another when its lease is over, and by nobody before', async () => {
    const inbox = open();
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'lost', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
    expect((await runProcess('begin-and-die', [url, schema])).signal).toBe('SIGKILL');
    expect(await statusOf(inbox, 'lost')).toBe('running');
    const attempts: string[] = [];
    const startedAt = Date.now();
    const { worker } = handling((id, attempt) => {
      attempts.push(`${id} ${attempt}`);
      return { kind: 'handled' };
    });
    await inbox.start(worker);
    await until(async () => (await statusOf(inbox, 'next')) === 'handled');
    expect(Date.now() - startedAt).toBeGreaterThan(5000);
    expect(attempts).toEqual(['lost.0 2', 'next.0 1']);
    const noted = (await inbox.attempts('lost.0')).map(({ endedAt, number }) => [number, endedAt === undefined]);
    expect(noted).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('an event whose process died is handled by a process that lives no longer than a drain', async () => {
    const inbox = open();
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'lost' }));
    expect((await runProcess('begin-and-die', [url, schema])).signal).toBe('SIGKILL');
    // why: so it is an hour later, without a wait.
    await sql(url, `UPDATE ${schema}_pgboss.job SET heartbeat_on = heartbeat_on - interval '1 hour'`);
    await sql(url, `UPDATE ${schema}_pgboss.queue SET monitor_claim_on = NULL, monitor_on = NULL`);
    const webhooks = createWebhooks({
      sources: { ignite: ignite({ secret: 'whsec_test_secret_0001' }) },
      inbox: open(),
      logger: false,
    });
    const seen: string[] = [];
    webhooks.on('*', ({ id }) => void seen.push(id));
    try {
      expect(await webhooks.drain()).toEqual({ events: 1, isTimeUp: false });
      expect(seen).toEqual(['lost.0']);
    } finally {
      await webhooks.stop();
    }
  });

  test('an event that took its process down at its last attempt is a dead letter, and its subject goes on', async () => {
    const inbox = open();
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'deadly', subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'next', subject: 'ignite video:1' }));
    await runProcess('begin-and-die', [url, schema]);
    const { seen, worker } = handling(undefined, () => undefined);
    const told: unknown[] = [];
    await inbox.start({
      ...worker,
      abandoned: (event, { body, id }, attempts) => told.push([event.id, event.attempts, id, body.length, attempts]),
    });
    await until(async () => (await statusOf(inbox, 'next')) === 'handled');
    expect(seen).toEqual(['next.0']);
    expect((await inbox.get('deadly'))?.events.map(({ attempts, status }) => [attempts, status])).toEqual([
      [1, 'dead'],
    ]);
    expect((await inbox.attempts('deadly.0')).map(({ number }) => number)).toEqual([1]);
    expect(told).toEqual([['deadly.0', 1, 'deadly', 1, 1]]);
  });

  test('a lease is renewed while a handler runs', async () => {
    const inbox = open();
    const other = open();
    const calls: number[] = [];
    let finish: () => void = () => undefined;
    const { worker } = handling(async (_id, attempt) => {
      calls.push(attempt);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { kind: 'handled' };
    });
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'long' }));
    await inbox.start(worker);
    await other.start(worker);
    await until(async () => calls.length === 1);
    const age = `SELECT count(*)::int AS jobs FROM ${schema}_pgboss.job WHERE started_on < now() - interval '16 seconds'`;
    await until(async () => (await sql(url, age))[0]?.jobs === 1);
    finish();
    await until(async () => (await statusOf(inbox, 'long')) === 'handled');
    expect(calls).toEqual([1]);
  });

  test('a lease that has run out while nothing of the process ran is taken up again, and its event is not run twice', async () => {
    const clock = standingClock(Date.now());
    const inbox = open({ clock, leaseMs: 30_000 });
    const told: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { worker } = handling(
      async (_id, attempt, signal) => {
        told.push(`attempt ${attempt}`);
        await finished;
        told.push(signal.aborted ? 'aborted' : 'done');
        return { kind: 'handled' };
      },
      () => undefined,
    );
    await inbox.accept(acceptance({ id: 'a' }));
    await inbox.start({ ...worker, abandoned: () => void told.push('abandoned') });
    const pgboss = `${schema}_pgboss`;
    const is = async (asked: string): Promise<boolean> =>
      (await sql(url, `SELECT 1 FROM ${pgboss}.${asked}`)).length === 1;
    await until(async () => told.length === 1);
    clock.pass(9999);
    await until(() => is('job WHERE heartbeat_on > started_on'));
    await sql(url, `UPDATE ${pgboss}.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'`);
    // Leases are looked after next, and only then renewed.
    clock.pass(1);
    await until(() => is("queue WHERE name = 'events' AND monitor_on IS NOT NULL"));
    for (let turn = 0; turn < 20; turn += 1) await inbox.stats();
    finish();
    await until(async () => (await statusOf(inbox, 'a')) !== 'running');
    expect(await statusOf(inbox, 'a')).toBe('handled');
    expect(told).toEqual(['attempt 1', 'done']);
  });

  test('a handler whose lease is lost is told so, and what it says then changes nothing', async () => {
    const inbox = open();
    const results: string[] = [];
    const { worker } = handling(async (_id, attempt, signal) => {
      if (attempt > 1) {
        await until(async () => results.length === 1);
        // why: the late result has been refused, or not, by the time these are answered.
        for (let turn = 0; turn < 5; turn += 1) await inbox.stats();
        return { kind: 'handled' };
      }
      // why: this is what pg-boss does in any process when it finds a lease that has run out.
      const putBack = `UPDATE ${schema}_pgboss.job SET state = 'retry', retry_count = retry_count WHERE state = 'active'`;
      await sql(url, putBack);
      await until(async () => signal.aborted);
      results.push('aborted');
      return { kind: 'failed', error: 'too late', retryInMs: undefined };
    });
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'taken' }));
    await inbox.start(worker);
    await until(async () => (await statusOf(inbox, 'taken')) === 'handled');
    await until(async () => results.length === 1);
    expect((await inbox.attempts('taken.0')).map(({ error }) => error)).toEqual([undefined, undefined]);
  });

  test('three processes that start at once on an empty database store each delivery once, and handle it once', async () => {
    const count = 200;
    const args = [url, schema, String(count), '9'];
    const processes = await Promise.all([1, 2, 3].map(() => runProcess('accept-many', args)));
    expect(processes.map(({ code, signal }) => [code, signal])).toEqual(processes.map(() => [0, null]));
    const lines = processes.flatMap((one) => one.lines);
    expect(lines.filter((line) => line.startsWith('stored'))).toHaveLength(count);
    expect(lines.filter((line) => line.startsWith('duplicate'))).toHaveLength(2 * count);
    const handled = lines.filter((line) => line.startsWith('handled'));
    expect(handled).toHaveLength(count);
    expect(new Set(handled).size).toBe(count);
    expect(lines).toHaveLength(4 * count);
  });
});

test('without a server everything is refused, nothing crashes, and no secret is told', async () => {
  const secret = 's3cret%2Fpassword';
  const { code, lines, signal } = await runProcess('without-server', [`postgres://someone:${secret}@127.0.0.1:1/name`]);
  const output = lines.join('\n');
  expect([code, signal]).toEqual([0, null]);
  expect(output.match(/code: 'inbox-unavailable'/g)).toHaveLength(3);
  expect(output).toContain('MEDIAHOOKS_POSTGRES_UNREACHABLE');
  expect(lines.at(-1)).toBe('The end.');
  expect(output).not.toContain('It worked.');
  for (const part of [secret, decodeURIComponent(secret)]) expect(output).not.toContain(part);
});
