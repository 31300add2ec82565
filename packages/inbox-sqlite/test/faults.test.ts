import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { createWebhooks, type Receiver } from '@mediahooks/core';
import { type SqliteInboxOptions, sqliteInbox } from '@mediahooks/inbox-sqlite';
import { tpstreams } from '@mediahooks/providers';
import { answerOf, incoming } from '../../core/test/platform.ts';
import { type ProcessOptions, type RunningProcess, startProcess } from './run-process.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const stored = ['stored', 202] as const;
const unavailable = ['inbox-unavailable', 503] as const;

let folder: TemporaryFolder;
let path: string;
let receivers: Receiver[];
let processes: RunningProcess[];

beforeEach(() => {
  folder = temporaryFolder();
  path = folder.path('inbox.db');
  receivers = [];
  processes = [];
});

afterEach(async () => {
  for (const one of processes) await one.kill();
  for (const one of receivers) await one.stop({ timeoutMs: 0 });
  folder.remove();
});

/** A receiver in this process, what its handlers saw, and what its operator was told. */
const open = (options: Partial<SqliteInboxOptions> = {}) => {
  const inbox = sqliteInbox({ path, pollMs: 20, ...options });
  const hints: string[] = [];
  const webhooks = createWebhooks({
    sources: { tpstreams: tpstreams({ token: 'a-token' }) },
    inbox,
    logger: false,
    observe: { rejected: (_delivery, { hint }) => hints.push(hint) },
  });
  receivers.push(webhooks);
  const handled = new Set<string | undefined>();
  const waiting = new Map<string, () => void>();
  webhooks.on('*', ({ subject }) => {
    handled.add(subject);
    waiting.get(subject ?? '')?.();
  });
  const whenHandled = (subject: string) =>
    new Promise<void>((resolve) => (handled.has(subject) ? resolve() : waiting.set(subject, resolve)));
  const send = async (id: string, bytes = 0) => answerOf(await webhooks.receive(delivery(id, bytes)));
  return { inbox, webhooks, send, hints, handled, whenHandled };
};

const bodyOf = (id: string, bytes: number): string =>
  JSON.stringify({ id, title: 't'.repeat(bytes), type: 'video', video: { status: 'Completed' } });

const delivery = (id: string, bytes: number) =>
  incoming({ body: bodyOf(id, bytes), headers: ['X-Streams-Token', 'a-token'] }, { path: '/tpstreams' });

const start = (name: string, args: readonly string[], options?: ProcessOptions): RunningProcess => {
  const started = startProcess(name, args, options);
  processes.push(started);
  return started;
};

const lockedByAnother = async (): Promise<{ release(): Promise<unknown> }> => {
  const locker = start('locker', [path]);
  await locker.line('locked');
  return {
    release() {
      locker.write('\n');
      return locker.line('released');
    },
  };
};

describe('a file locked by another process', () => {
  test('answers 503 within 5 s, goes on by itself, and keeps what was answered 202 only', async () => {
    const { inbox, send, webhooks, whenHandled } = open();
    expect(await send('before')).toEqual(stored);
    const lock = await lockedByAnother();
    const startedAt = Date.now();
    expect(await send('during')).toEqual(unavailable);
    expect(Date.now() - startedAt).toBeLessThan(5000);
    await lock.release();
    expect(await send('after')).toEqual(stored);
    const { deliveries } = await inbox.list({}, { limit: 10 });
    expect(deliveries.map(({ events }) => events[0]?.subject)).toEqual([
      'tpstreams asset:after',
      'tpstreams asset:before',
    ]);
    await webhooks.start();
    await Promise.all([whenHandled('asset:before'), whenHandled('asset:after')]);
  }, 15_000);

  test('that is free again in time is no fault: 202', async () => {
    const { send } = open();
    const lock = await lockedByAnother();
    const answer = send('a');
    await lock.release();
    expect(await answer).toEqual(stored);
  });

  test('leaves the event loop to others while it waits', async () => {
    const { send } = open({ timeoutMs: 1000 });
    await lockedByAnother();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(`a${index}`)));
    delay.disable();
    expect(answers).toEqual(Array(50).fill(unavailable));
    expect(delay.percentile(50) / 1e6).toBeLessThan(30);
  });

  test('keeps memory bounded: what is more than may wait is answered 503 at once', async () => {
    const { hints, send } = open({ timeoutMs: 1000, maxQueuedBytes: 1_000_000 });
    await lockedByAnother();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(`a${index}`, 100_000)));
    expect(answers).toEqual(Array(200).fill(unavailable));
    const refusedAtOnce = hints.filter((hint) => hint.includes('Too much waits')).length;
    expect(refusedAtOnce).toBe(191);
    const few = open({ timeoutMs: 1000, maxQueued: 5 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => few.send(`b${index}`)));
    expect(few.hints.filter((hint) => hint.includes('Too much waits'))).toHaveLength(15);
  });
});

describe('a file that is not where it was', () => {
  test('answers 503 while it is away, and goes on when it is put back', async () => {
    const { hints, inbox, send } = open();
    expect(await send('before')).toEqual(stored);
    const names = ['inbox.db', 'inbox.db-wal', 'inbox.db-shm'];
    for (const name of names) renameSync(folder.path(name), folder.path(`${name}.away`));
    expect(await send('during')).toEqual(unavailable);
    expect(hints.join()).toContain('was removed or replaced');
    for (const name of names) renameSync(folder.path(`${name}.away`), folder.path(name));
    expect(await send('after')).toEqual(stored);
    expect((await inbox.stats()).deliveries.stored).toBe(2);
  });

  test('answers 503 where it was deleted, or replaced by another: nothing is written where nobody will look', async () => {
    const { send } = open();
    for (const name of ['inbox.db', 'inbox.db-wal', 'inbox.db-shm']) rmSync(folder.path(name));
    expect(await send('a')).toEqual(unavailable);
    const other = open();
    expect(await send('b')).toEqual(unavailable);
    expect(await other.send('c')).toEqual(stored);
  });

  test('answers 503 where its log was deleted, or replaced by another: what is in it would be lost', async () => {
    const { hints, send } = open();
    expect(await send('before')).toEqual(stored);
    renameSync(folder.path('inbox.db-wal'), folder.path('away'));
    expect(await send('during')).toEqual(unavailable);
    writeFileSync(folder.path('inbox.db-wal'), '');
    expect(await send('during')).toEqual(unavailable);
    expect(hints.join()).toContain('inbox.db-wal was removed or replaced');
    renameSync(folder.path('away'), folder.path('inbox.db-wal'));
    expect(await send('after')).toEqual(stored);
  });

  // Only Linux tells who holds which lock.
  (process.platform === 'linux' ? test : test.skip)(
    'stays locked where one process opens it twice: other tools take a file that is not for one they may tidy up',
    async () => {
      const locks = () => {
        const held = new RegExp(` ${process.pid} .*:${statSync(path).ino} `);
        return readFileSync('/proc/locks', 'utf8')
          .split('\n')
          .filter((line) => held.test(line));
      };
      const first = open();
      expect(await first.send('a')).toEqual(stored);
      expect(locks()).not.toEqual([]);
      open();
      expect(locks()).not.toEqual([]);
    },
  );
});

describe('a file that cannot be used', () => {
  const refusal = (): unknown => {
    try {
      open();
      return 'opened';
    } catch (error) {
      return error;
    }
  };

  test('in a folder that does not exist does not start, and says where', () => {
    path = folder.path('no/such/folder/inbox.db');
    expect(refusal()).toMatchObject({ code: 'inbox-unusable', message: expect.stringContaining(path) });
  });

  test('that is no database does not start, and is left as it is', () => {
    writeFileSync(path, 'The minutes of the meeting. '.repeat(1000));
    const { size } = statSync(path);
    expect(refusal()).toMatchObject({ code: 'inbox-unusable', message: expect.stringContaining('not a database') });
    expect(statSync(path).size).toBe(size);
  });

  test('that is a folder does not start', () => {
    mkdirSync(path);
    expect(refusal()).toMatchObject({ code: 'inbox-unusable' });
  });

  test('of a newer release does not start, and is left as it is; of this one it does', () => {
    open();
    const file = new DatabaseSync(path);
    const version = Number(file.prepare('PRAGMA user_version').get()?.user_version);
    file.exec('PRAGMA user_version = 99');
    file.close();
    expect(refusal()).toMatchObject({ code: 'inbox-too-new', message: expect.stringMatching(/version 99.*Update/) });
    const again = new DatabaseSync(path);
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
    again.exec(`PRAGMA user_version = ${version}`);
    again.close();
    expect(refusal()).toBe('opened');
  });

  // why: for root nothing is read-only, so root becomes nobody; who is neither cannot try the second.
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  // why: a clone of root's may lie where nobody else may look, and then not even Node can be run.
  const mayRun = nobody === undefined || spawnSync(process.execPath, ['--version'], nobody).status === 0;

  (mayRun ? test : test.skip).each([
    ['read-only', 0o444, 0o755],
    ['in a read-only folder', 0o644, 0o555],
  ])('that is %s does not start', async (_title, fileMode, folderMode) => {
    await open().webhooks.stop();
    if (nobody !== undefined) for (const name of ['', 'inbox.db']) chownSync(folder.path(name), nobody.uid, nobody.gid);
    chmodSync(path, fileMode);
    chmodSync(folder.path(''), folderMode);
    expect(await start('receiver', [path], nobody).line('refused')).toContain('inbox-unusable');
    chmodSync(folder.path(''), 0o755);
    chmodSync(path, 0o644);
    expect(await start('receiver', [path], nobody).line('listening')).toContain('http');
  });
});

/** Sends to a receiver in another process; gives code or outcome, status and Retry-After. */
const post = (origin: string, id: string, bytes: number) =>
  new Promise<readonly [string, number, string | undefined]>((resolve, reject) => {
    const sent = request(
      `${origin}/webhooks/tpstreams`,
      { method: 'POST', headers: { 'x-streams-token': 'a-token' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.once('end', () => {
          const { code, outcome } = JSON.parse(text);
          resolve([code ?? outcome, response.statusCode ?? 0, response.headers['retry-after']]);
        });
      },
    );
    sent.once('error', reject);
    sent.end(bodyOf(id, bytes));
  });

const canLiftLimits = spawnSync('prlimit', ['--version']).status === 0;

(canLiftLimits ? describe : describe.skip)('a disk that is full', () => {
  test('answers 503 with Retry-After, keeps what was answered 202, and goes on by itself when there is room', async () => {
    // Files may grow to 2 MiB; in blocks of 512 bytes, as POSIX has it. Only the soft limit, so that it can be lifted.
    const receiver = start('receiver', [path], { before: 'ulimit -S -f 4096' });
    const origin = await receiver.line('listening');
    const kept: string[] = [];
    const answers = new Set<string>();
    for (let index = 0; index < 40; index += 1) {
      const [word, status, retryAfter] = await post(origin, `a${index}`, 20_000);
      answers.add(`${status} ${word} ${retryAfter}`);
      if (status === 202) kept.push(`a${index}`);
    }
    expect([...answers].sort()).toEqual(['202 stored undefined', '503 inbox-unavailable 10']);
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(40);
    spawnSync('prlimit', ['--pid', String(receiver.pid), '--fsize=unlimited:']);
    expect(await post(origin, 'room', 20_000)).toEqual(['stored', 202, undefined]);
    await receiver.line('handled asset:room');
    await receiver.kill();
    const { inbox } = open();
    const { deliveries } = await inbox.list({}, { limit: 100 });
    const subjects = deliveries.map(({ events }) => events[0]?.subject).reverse();
    expect(subjects).toEqual([...kept, 'room'].map((id) => `tpstreams asset:${id}`));
  }, 30_000);

  test('does not keep a process from starting: it answers 503, and goes on by itself when there is room', async () => {
    const before = start('receiver', [path]);
    const firstOrigin = await before.line('listening');
    for (let index = 0; index < 30; index += 1) await post(firstOrigin, `a${index}`, 20_000);
    await before.kill();
    // Most of it is in the log only; in the file there is no room for it.
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(2 * 300_000);
    expect(statSync(path).size).toBeLessThan(300_000);
    const receiver = start('receiver', [path], { before: 'ulimit -S -f 600' });
    const origin = await receiver.line('listening');
    expect(await post(origin, 'full', 100)).toEqual(['inbox-unavailable', 503, '10']);
    spawnSync('prlimit', ['--pid', String(receiver.pid), '--fsize=unlimited:']);
    expect(await post(origin, 'room', 100)).toEqual(['stored', 202, undefined]);
    await receiver.line('handled asset:room');
  }, 30_000);
});
