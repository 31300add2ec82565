import { jest } from '@jest/globals';
import { createWebhooks, type Inbox } from '@mediahooks/core';
import { type PostgresInboxOptions, type PostgresWarning, postgresInbox } from '@mediahooks/inbox-postgres';
import { tpstreams } from '@mediahooks/providers';
import pg from 'pg';
import { canStartPostgres, createPostgresServer, type PostgresServer } from '../../../tests/services/postgres.ts';
import { standingClock } from '../../core/test/standing-clock.ts';
import { acceptance, handling, rejected, statusOf, until } from './fixtures.ts';
import { makeTables, sql } from './schemas.ts';
import { startShuttingDown } from './shutting-down.ts';

jest.setTimeout(90_000);

let server: PostgresServer;
let opened: Inbox[] = [];
let warnings: PostgresWarning[] = [];

const open = (options: Partial<PostgresInboxOptions> = {}): Inbox => {
  const onWarning = (one: PostgresWarning): void => void warnings.push(one);
  const inbox = postgresInbox({ connectionString: server.url, pollMs: 50, onWarning, ...options });
  opened.push(inbox);
  return inbox;
};

(canStartPostgres() ? describe : describe.skip)('PostgreSQL that is away', () => {
  beforeEach(async () => {
    server = await createPostgresServer();
    opened = [];
    warnings = [];
  });
  afterEach(async () => {
    server.resume();
    await Promise.all(opened.map((inbox) => inbox.stop({ timeoutMs: 1 })));
    await server.stop();
  });

  test('is told of by drain, which goes on when the server is there', async () => {
    const webhooks = createWebhooks({
      sources: { tpstreams: tpstreams({ token: 'a-token' }) },
      inbox: open(),
      logger: false,
    });
    webhooks.on('*', () => undefined);
    expect((await rejected(webhooks.drain({ idleMs: 10 }))).code).toBe('inbox-unavailable');
    await server.start();
    await until(async () => !(await webhooks.drain({ idleMs: 10 })).isTimeUp);
    await webhooks.stop();
  });

  test('refuses within 5 seconds what comes before the server is there, and goes on when it is', async () => {
    const inbox = open();
    const { seen, worker } = handling();
    await inbox.start(worker);
    const refused = await rejected(inbox.accept(acceptance()));
    expect(refused.code).toBe('inbox-unavailable');
    expect(refused.message).toMatch(/^The inbox could not store the delivery: .*ECONNREFUSED/);
    expect(refused.afterMs).toBeLessThan(5000);
    expect((await rejected(inbox.stats())).code).toBe('inbox-unavailable');
    expect(warnings.map(({ code }) => code)).toEqual(['MEDIAHOOKS_POSTGRES_UNREACHABLE']);
    await server.start();
    await inbox.accept(acceptance({ id: 'late' }));
    await until(async () => seen.includes('late.0'));
  });

  test('does not answer a delivery that comes while the server restarts before it is stored', async () => {
    await server.start();
    const inbox = open();
    await inbox.accept(acceptance({ id: 'before' }));
    await server.kill();
    const during = inbox.accept(acceptance({ id: 'during' }));
    await server.start();
    expect((await during).kind).toBe('stored');
    expect([await statusOf(inbox, 'before'), await statusOf(inbox, 'during')]).toEqual(['pending', 'pending']);
  });

  test('refuses within 5 seconds while the server hangs, holds a bounded number, and goes on when it answers', async () => {
    await server.start();
    const inbox = open({ maxQueued: 20 });
    const { seen, worker } = handling();
    await inbox.start(worker);
    await inbox.accept(acceptance({ id: 'first' }));
    await until(async () => seen.includes('first.0'));
    server.pause();
    const body = new Uint8Array(100_000);
    const all = Array.from({ length: 300 }, (_, index) =>
      rejected(inbox.accept(acceptance({ body, subject: `ignite video:${index % 5}` }))),
    );
    const refusals = await Promise.all(all);
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['inbox-unavailable']));
    expect(Math.max(...refusals.map(({ afterMs }) => afterMs))).toBeLessThan(5000);
    expect(refusals.filter(({ message }) => message.startsWith('More than 20 writes'))).toHaveLength(280);
    server.resume();
    await until(async () => (await inbox.accept(acceptance({ id: 'last' }))).kind === 'stored');
    await until(async () => seen.includes('last.0'));
  });

  test('holds no more bytes than it was told', async () => {
    const inbox = open({ maxQueuedBytes: 1000, timeoutMs: 300 });
    const messages = (
      await Promise.all(
        [600, 300, 200].map((bytes) => rejected(inbox.accept(acceptance({ body: new Uint8Array(bytes) })))),
      )
    ).map(({ message }) => message);
    expect(messages.map((message) => message.startsWith('More than 1000 bytes'))).toEqual([false, false, true]);
    const tooBig = await rejected(inbox.accept(acceptance({ body: new Uint8Array(5000) })));
    expect(tooBig.message).toContain('ECONNREFUSED');
  });

  test('loses nothing that it accepted while the server is killed and started again, and handles all of it', async () => {
    await server.start();
    // why: what was claimed in the moment the server died comes back when its lease is over.
    const inbox = open({ leaseMs: 10_000 });
    const done = new Set<string>();
    const twice: string[] = [];
    const { worker } = handling((id) => {
      if (done.has(id)) twice.push(id);
      done.add(id);
      return { kind: 'handled' };
    });
    await inbox.start(worker);
    const accepted: string[] = [];
    let isSending = true;
    let count = 0;
    const send = async (): Promise<void> => {
      while (isSending) {
        const id = `delivery-${count++}`;
        const subject = `ignite video:${count % 7}`;
        const stored = await inbox.accept(acceptance({ id, subject, keys: [id] })).catch(() => undefined);
        if (stored !== undefined) accepted.push(id);
      }
    };
    const senders = Array.from({ length: 20 }, send);
    for (let round = 0; round < 3; round += 1) {
      const before = accepted.length;
      await until(async () => accepted.length > before + 100);
      await server.kill();
      await server.start();
    }
    isSending = false;
    await Promise.all(senders);
    expect(accepted.length).toBeGreaterThan(300);
    await until(async () => {
      const { events } = await inbox.stats();
      return events.pending + events.waiting + events.running === 0;
    });
    expect(accepted.filter((id) => !done.has(`${id}.0`))).toEqual([]);
    const kept = (await inbox.stats()).events;
    expect(kept.handled).toBe(done.size);
    // why: at least once. Only what was running when the server died may come twice.
    expect(twice.length).toBeLessThanOrEqual(3 * 20);
  });

  test('writes down after an outage how an event ended that was handled in it', async () => {
    await server.start();
    const inbox = open();
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let calls = 0;
    const { worker } = handling(async () => {
      calls += 1;
      await gate;
      return { kind: 'handled' };
    });
    await inbox.accept(acceptance({ id: 'one' }));
    await inbox.start(worker);
    await until(async () => calls === 1);
    await server.kill();
    finish();
    await rejected(inbox.accept(acceptance()));
    await server.start();
    await until(async () => (await statusOf(inbox, 'one')) === 'handled');
    expect(calls).toBe(1);
  });

  test.each([
    ['in it', true],
    ['after it', false],
  ])('for longer than a lease loses no end of an event, %s, even at its last attempt', async (_when, isWithin) => {
    await server.start();
    const clock = standingClock(Date.now());
    const inbox = open({ clock, leaseMs: 30_000 });
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const told: string[] = [];
    const { worker } = handling(
      async (_id, attempt, signal) => {
        told.push(`attempt ${attempt}`);
        signal.addEventListener('abort', () => void told.push('aborted'));
        await gate;
        return { kind: 'handled' };
      },
      () => undefined,
    );
    /** Lets time go on beside what the server really takes, until it is so. */
    const passing = (isSo: () => Promise<boolean>): Promise<void> =>
      until(async () => {
        clock.pass(100);
        return isSo();
      });
    await makeTables(inbox);
    await inbox.accept(acceptance({ id: 'one' }));
    await inbox.start({ ...worker, abandoned: () => void told.push('abandoned') });
    await until(async () => told.length === 1);
    server.pause();
    await passing(async () => told.length === 2);
    expect(told).toEqual(['attempt 1', 'aborted']);
    if (isWithin) finish();
    const abortedAt = clock.now();
    await passing(async () => clock.now() > abortedAt + 40_000);
    server.resume();
    // why: so the lease is over for pg-boss too, and leases are looked after next, whatever of it is done in which order.
    await sql(server.url, "UPDATE mediahooks_pgboss.job SET heartbeat_on = heartbeat_on - interval '1 hour'");
    await sql(server.url, 'UPDATE mediahooks_pgboss.queue SET monitor_claim_on = NULL, monitor_on = NULL');
    const monitored = 'SELECT FROM mediahooks_pgboss.queue WHERE monitor_on IS NOT NULL';
    await passing(async () => (await sql(server.url, monitored)).length > 0);
    finish();
    await passing(async () => (await statusOf(inbox, 'one')) !== 'running');
    expect([await statusOf(inbox, 'one'), ...told]).toEqual(['handled', 'attempt 1', 'aborted']);
  });

  test('outlives connections that the server closes, busy and idle', async () => {
    await server.start();
    const inbox = open();
    await Promise.all(Array.from({ length: 20 }, () => inbox.accept(acceptance())));
    for (let round = 0; round < 5; round += 1) {
      const busy = Promise.allSettled(Array.from({ length: 50 }, () => inbox.accept(acceptance())));
      await sql(
        server.url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mediahooks'",
      );
      await busy;
    }
    expect((await inbox.accept(acceptance())).kind).toBe('stored');
  });

  test.each([
    ['in the packet that opens it', 1],
    ['in the packet that answers its first statement', 2],
    ['in the packet that answers a later one', 3],
  ])('outlives a connection that the server closes %s', async (_when, readies) => {
    await server.start();
    const closing = await startShuttingDown(server.url, 1, readies);
    try {
      const inbox = open({ connectionString: closing.url });
      await until(async () => (await inbox.accept(acceptance()).catch(() => undefined))?.kind === 'stored');
      expect(closing.ended()).toBe(1);
    } finally {
      await closing.close();
    }
  });

  test('transactions that want the same keys and subjects in different orders never wait for each other', async () => {
    await server.stop();
    // why: PostgreSQL would end a deadlock after a second, and the transaction would be tried again; so, none may come to be.
    server = await createPostgresServer(['deadlock_timeout=60s']);
    await server.start();
    const inboxes = [open(), open()];
    const names = Array.from({ length: 300 }, (_, index) => `gcore stream:${index}`);
    const turned = (index: number): string[] => {
      const first = (index * 75) % names.length;
      return [...names.slice(first), ...names.slice(0, first)];
    };
    const withKeys = (index: number) => acceptance({ keys: turned(index) });
    const withSubjects = (index: number) => {
      const subjects = turned(index);
      const record = { state: index, version: undefined };
      const plan = () => ({ events: [], subjects: new Map(subjects.map((subject) => [subject, record])) });
      return { ...acceptance(), subjects, plan };
    };
    // why one after the other: whoever waits for a key does not come to lock a subject.
    for (const make of [withKeys, withSubjects]) {
      const sender = async (inbox: Inbox, first: number): Promise<void> => {
        for (let index = first; index < first + 20; index += 1) await inbox.accept(make(index));
      };
      await Promise.all(inboxes.flatMap((inbox, place) => [0, 1, 2].map((first) => sender(inbox, 2 * place + first))));
    }
  });

  /** What would keep the process. */
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  test('stops in time although the server hangs, and keeps no process', async () => {
    await server.start();
    const before = sockets();
    const inbox = open();
    const { worker } = handling(() => new Promise(() => undefined));
    // why several: connections that are idle when the server begins to hang.
    await Promise.all(Array.from({ length: 20 }, () => inbox.stats()));
    await inbox.accept(acceptance({ id: 'one' }));
    await inbox.start(worker);
    await until(async () => (await statusOf(inbox, 'one')) === 'running');
    server.pause();
    const startedAt = Date.now();
    await inbox.stop({ timeoutMs: 100 });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    await until(async () => sockets() <= before, 5000);
  });

  test('stops in time although the server hangs while the tables are made, and keeps no process', async () => {
    await server.start();
    const before = sockets();
    const other = new pg.Client({ connectionString: server.url });
    await other.connect();
    try {
      // As whoever makes them at the same time, and hangs.
      await other.query("SELECT pg_advisory_lock(hashtextextended('mediahooks inbox mediahooks', 0))");
      const inbox = open({ timeoutMs: 500 });
      expect((await rejected(inbox.accept(acceptance()))).code).toBe('inbox-unavailable');
      const startedAt = Date.now();
      await inbox.stop({ timeoutMs: 100 });
      expect(Date.now() - startedAt).toBeLessThan(15_000);
      await until(async () => sockets() <= before + 1, 5000);
    } finally {
      await other.end();
    }
  });

  test('keeps a delivery on disk although the server is told not to wait for it, and warns where it has no say', async () => {
    await server.stop();
    server = await createPostgresServer(['synchronous_commit=off', 'fsync=off']);
    await server.start();
    const inbox = open();
    await inbox.stats();
    expect(warnings.map(({ code }) => code)).toEqual(['MEDIAHOOKS_POSTGRES_FSYNC_OFF']);
    await sql(
      server.url,
      `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
       CREATE TABLE noted (setting text);
       CREATE TRIGGER note AFTER INSERT ON mediahooks.deliveries FOR EACH ROW EXECUTE FUNCTION note()`,
    );
    await inbox.accept(acceptance());
    expect(await sql(server.url, 'SELECT setting FROM noted')).toEqual([{ setting: 'on' }]);
  });
});
