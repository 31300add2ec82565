import { DatabaseSync } from 'node:sqlite';
import type { InboxFilter } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { migrate } from '../src/schema.ts';
import { gate, handled, kept, workerOf } from './kept.ts';
import { startProcess } from './run-process.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('a file from before subjects were forgotten keeps what is known of them, as if heard of now', async () => {
  const at = Date.now();
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, 2);
  file.exec("INSERT INTO subjects (subject, version) VALUES ('ignite video:1', '7')");
  file.close();
  const inbox = sqliteInbox({ path });
  let asked = 0;
  const version = async () => {
    let found: unknown;
    const base = kept(`asked ${asked}`);
    asked += 1;
    await inbox.accept({
      ...base,
      delivery: { ...base.delivery, receivedAt: 0 },
      subjects: ['ignite video:1'],
      plan(known) {
        found = known.get('ignite video:1')?.version;
        return { events: [], subjects: new Map() };
      },
    });
    return found;
  };
  await inbox.prune({ before: at });
  expect(await version()).toBe(7);
  await inbox.prune({ before: Date.now() + 3_600_001 });
  expect(await version()).toBeUndefined();
  await inbox.stop({ timeoutMs: 0 });
});

test('a file from before subjects were numbered keeps its events, their attempts, their order and what is known of subjects', async () => {
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, 3);
  const at = 1_700_000_000_000;
  for (const seq of [1, 2, 3]) {
    file.exec(`INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
      VALUES (${seq}, 'delivery-${seq}', 'gcore', ${at + seq}, 'stored', '', '[]', x'7b7d')`);
  }
  const put =
    file.prepare(`INSERT INTO events (seq, id, delivery_seq, received_at, source, type, name, payload, subject, subject_id, version, status, attempts, run_at)
    VALUES (?, ?, ?, ?, 'gcore', 'a', 'a', ?, ?, ?, ?, ?, ?, 0)`);
  const odd = 'nul \u0000:é';
  put.run(5, 'delivery-1.0', 1, at + 1, '{"n":1}', 'gcore stream:7', '7', '1', 'dead', 1);
  put.run(6, 'delivery-1.1', 1, at + 1, '{}', `gcore ${odd}`, 'é', null, 'handled', 1);
  put.run(7, 'delivery-2.0', 2, at + 2, '{}', null, null, null, 'pending', 0);
  put.run(8, 'delivery-3.0', 3, at + 3, '{}', 'gcore stream:8', '8', null, 'pending', 0);
  put.run(9, 'delivery-3.1', 3, at + 3, '{}', 'gcore stream:8', '8', null, 'waiting', 0);
  file.exec(`INSERT INTO attempts VALUES (5, 1, ${at}, ${at + 5}, 'It failed.'), (6, 1, ${at}, ${at + 5}, NULL)`);
  file.exec(
    `INSERT INTO subjects VALUES ('gcore stream:7', '{"live":true}', '1', ${at}), ('gcore stream:9', '{}', '3', ${at})`,
  );
  file.exec(`INSERT INTO delivery_keys VALUES ('a key', 'delivery-1', ${Number.MAX_SAFE_INTEGER})`);
  file.close();

  const inbox = sqliteInbox({ path });
  const events = (await inbox.list({}, { limit: 10 })).deliveries.flatMap((delivery) => delivery.events);
  expect(events.map(({ id, payload, status, subject, version }) => [id, subject, status, payload, version])).toEqual([
    ['delivery-3.0', 'gcore stream:8', 'pending', {}, undefined],
    ['delivery-3.1', 'gcore stream:8', 'waiting', {}, undefined],
    ['delivery-2.0', undefined, 'pending', {}, undefined],
    ['delivery-1.0', 'gcore stream:7', 'dead', { n: 1 }, 1],
    ['delivery-1.1', `gcore ${odd}`, 'handled', {}, undefined],
  ]);
  expect(await inbox.attempts('delivery-1.0')).toMatchObject([{ number: 1, error: 'It failed.' }]);
  expect(await inbox.attempts('delivery-1.1')).toMatchObject([{ number: 1, error: undefined }]);
  expect((await inbox.events({ subject: `gcore ${odd}` }, { limit: 10 })).events).toHaveLength(1);
  expect(await inbox.accept(kept('again', {}, ['a key']))).toEqual({ kind: 'duplicate', of: 'delivery-1' });
  let known: unknown;
  await inbox.accept({
    ...kept('next', { subject: 'gcore stream:8' }),
    subjects: ['gcore stream:7', 'gcore stream:8', 'gcore stream:9'],
    plan(found) {
      known = [...found];
      return kept('next', { subject: 'gcore stream:8' }).plan(found);
    },
  });
  expect(known).toEqual([
    ['gcore stream:7', { state: { live: true }, version: 1 }],
    ['gcore stream:9', { state: {}, version: 3 }],
  ]);
  const order: string[] = [];
  const { open, passed } = gate();
  await inbox.start(
    workerOf(async ({ id }) => {
      order.push(id);
      if (id === 'next.0') open();
      return handled;
    }),
  );
  await passed;
  expect(order.filter((id) => id !== 'delivery-2.0')).toEqual(['delivery-3.0', 'delivery-3.1', 'next.0']);
  expect(await inbox.prune({ before: Date.now(), unresolved: true })).toBeGreaterThanOrEqual(4);
  expect(await inbox.attempts('delivery-1.0')).toEqual([]);
  await inbox.stop({ timeoutMs: 1000 });
});

test('a process goes on no longer with a file that a newer release has migrated meanwhile', async () => {
  const path = folder.path('inbox.db');
  const inbox = sqliteInbox({ path });
  const newer = new DatabaseSync(path);
  const { user_version: version } = newer.prepare('PRAGMA user_version').get() ?? {};
  newer.exec('PRAGMA user_version = 99');
  await expect(inbox.accept(kept('a'))).rejects.toMatchObject({
    code: 'inbox-unavailable',
    message: expect.stringMatching(/schema version 99.*Restart/),
  });
  newer.exec(`PRAGMA user_version = ${version}`);
  newer.close();
  expect(await inbox.accept(kept('a'))).toMatchObject({ kind: 'stored' });
  await inbox.stop({ timeoutMs: 0 });
});

test.each([1, 3])('subjects of any characters are found in a file of version %i', async (version) => {
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, version);
  const names = [
    'a',
    'video:1',
    'video:1:2',
    'video: 1',
    ':',
    '',
    'nul\u0000:\u0000 \u0000:1',
    'é:😀',
    '\ufeff:\u{10ffff}',
  ];
  const subjects = [...names.map((name) => `gcore ${name}`), 'apart', 'apart:1', ''];
  const put = file.prepare(`INSERT INTO events (id, delivery_seq, source, type, name, payload, subject, status, run_at)
    VALUES (?, ?, 'gcore', 'a', 'a', '{}', ?, 'handled', 0)`);
  for (const [seq, subject] of subjects.entries()) {
    file.exec(`INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
      VALUES (${seq}, 'delivery-${seq}', 'gcore', 0, 'stored', '', '[]', x'7b7d')`);
    put.run(`delivery-${seq}.0`, seq, subject);
  }
  if (version === 3) file.exec('UPDATE events SET subject_id = subject');
  file.close();
  const inbox = sqliteInbox({ path });
  for (const [seq, subject] of subjects.entries()) {
    const { events } = await inbox.events({ subject }, { limit: 10 });
    expect(events.map(({ id, ...event }) => [id, event.subject])).toEqual([[`delivery-${seq}.0`, subject]]);
  }
  await inbox.stop({ timeoutMs: 0 });
});

test.each([1, 3])(
  'many events of a file of version %i are migrated in little memory',
  async (version) => {
    const path = folder.path('inbox.db');
    const file = new DatabaseSync(path);
    migrate(file, path, version);
    const numbers = 'WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 250000)';
    file.exec(`PRAGMA synchronous = OFF;
    ${numbers} INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
      SELECT n, 'delivery-' || n, 'gcore', n, 'stored', '', '[]', x'7b7d' FROM numbers;
    ${numbers} INSERT INTO events (id, delivery_seq, source, type, name, payload, subject, status, run_at)
      SELECT 'delivery-' || n || '.0', n, 'gcore', 'a', 'a', '{}', 'gcore video:' || n, 'handled', 0 FROM numbers`);
    file.close();
    const receiver = startProcess('receiver', [path], { before: 'export NODE_OPTIONS=--max-old-space-size=32' });
    await receiver.line('listening');
    await receiver.kill();
  },
  60_000,
);

test('a process waits for one that migrates the file already, for longer than for one that only writes', () => {
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  file.exec('PRAGMA busy_timeout = 5000');
  const timeout = () => file.prepare('PRAGMA busy_timeout').get()?.timeout;
  migrate(file, path, 3);
  expect(timeout()).toBe(60_000);
  file.exec('PRAGMA busy_timeout = 5000');
  migrate(file, path, 3);
  expect(timeout()).toBe(5000);
  file.close();
});

test('a file from before lists were in the order of receiving answers every filter', async () => {
  const path = folder.path('inbox.db');
  const file = new DatabaseSync(path);
  migrate(file, path, 1);
  const at = 1_700_000_000_000;
  // Stored in another order than received.
  for (const [seq, after] of [2, 0, 1].entries()) {
    file.exec(`INSERT INTO deliveries (seq, id, source, received_at, outcome, query, headers, body)
      VALUES (${seq + 1}, 'delivery-${after}', 'gcore', ${at + after}, 'stored', '', '[]', x'7b7d')`);
    file.exec(`INSERT INTO events (id, delivery_seq, source, type, name, payload, subject, status, run_at)
      VALUES ('delivery-${after}.0', ${seq + 1}, 'gcore', 'a', 'a', '{}', 'gcore video:a:${after % 2}', 'handled', 0)`);
  }
  file.close();
  const inbox = sqliteInbox({ path });
  const ids = async (filter: InboxFilter) =>
    (await inbox.list(filter, { limit: 10 })).deliveries.map(({ id }) => id.slice(-1)).join('');
  for (const filter of [
    {},
    { source: 'gcore' },
    { type: 'a' },
    { status: 'handled' },
    { outcome: 'stored' },
  ] as const) {
    expect(await ids(filter)).toBe('210');
  }
  expect(await ids({ subject: 'gcore video:a:0' })).toBe('20');
  expect(await ids({ text: 'a:0' })).toBe('20');
  expect(await ids({ text: 'delivery-1' })).toBe('1');
  expect(await ids({ from: at + 1, until: at + 2 })).toBe('1');
  expect((await inbox.events({ subject: 'gcore video:a:0' }, { limit: 10 })).events).toHaveLength(2);
  expect(await inbox.load('delivery-0')).not.toHaveProperty('bodyPart');
  await inbox.stop({ timeoutMs: 0 });
});
