import { randomUUID } from 'node:crypto';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { deliver } from '@mediahooks/testing';
import { z } from 'zod';
import { findPostgres, type PostgresService } from '../../../tests/services/postgres.ts';
import { findRedis, type RedisService } from '../../../tests/services/redis.ts';
import { endCommands, everything, runCli, startCommand, temporaryFolder } from './command.ts';
import { secrets, secretValues } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

const time = z.iso.datetime();
const rejection = z.strictObject({ code: z.string(), cause: z.string().nullable(), hint: z.string() });
const event = z.strictObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  status: z.string(),
  attempts: z.int(),
  subject: z.string().nullable(),
  version: z.union([z.string(), z.number()]).nullable(),
  runAt: time.nullable(),
  unreadable: z.string().nullable(),
});
const listed = z.strictObject({
  id: z.uuid(),
  source: z.string(),
  receivedAt: time,
  address: z.string().nullable(),
  outcome: z.string(),
  duplicateOf: z.string().nullable(),
  rejection: rejection.nullable(),
  unreadable: z.string().nullable(),
  events: z.array(event),
});
const page = z.strictObject({ deliveries: z.array(listed), cursor: z.string().nullable() });
const attempt = z.strictObject({
  attempt: z.int(),
  startedAt: time,
  endedAt: time.nullable(),
  error: z.string().nullable(),
});
const whole = listed.extend({
  isConfigured: z.boolean(),
  path: z.string(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  bodyPart: z.string(),
  bodyBytes: z.int(),
  payload: z.unknown(),
  events: z.array(event.extend({ payload: z.unknown(), history: z.array(attempt) })),
  curl: z.string(),
});
const replayed = z.strictObject({
  replayed: z.array(
    z.union([
      z.strictObject({ delivery: z.uuid(), result: z.literal('replayed'), events: z.int() }),
      z.strictObject({ delivery: z.uuid(), result: z.literal('duplicate'), of: z.uuid() }),
      z.strictObject({
        delivery: z.uuid(),
        result: z.literal('refused'),
        code: z.string(),
        cause: z.string().nullable(),
        hint: z.string(),
      }),
      z.strictObject({ delivery: z.uuid(), result: z.literal('unreadable'), why: z.string() }),
    ]),
  ),
});
const rounded = z.number().refine((ms) => ms === Number(ms.toFixed(3)));
const counts = z.record(z.string(), z.int());
const stats = z.strictObject({
  deliveries: counts,
  events: counts,
  backlogAgeMs: z.number().nullable(),
  handlers: z.array(
    z.strictObject({
      source: z.string(),
      attempts: z.int(),
      failed: z.int(),
      p50Ms: rounded,
      p99Ms: rounded,
    }),
  ),
});

const directory = temporaryFolder();
let postgres: PostgresService | undefined;
let redis: RedisService | undefined;

beforeAll(async () => {
  postgres = await findPostgres();
  redis = await findRedis();
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await postgres?.stop();
  await redis?.stop();
});

/** Where each engine's inbox is: the arguments that name it. */
const engines: Readonly<Record<string, () => readonly string[] | undefined>> = {
  sqlite: () => ['--inbox', join(directory, `${randomUUID()}.db`)],
  postgres: () => postgres && ['--inbox', postgres.url, '--inbox-name', `cli_${randomUUID().replaceAll('-', '_')}`],
  redis: () => redis && ['--inbox', redis.url, '--inbox-name', `cli-${randomUUID()}`],
};

const environment: Readonly<Record<string, string>> = secrets;
const run = (args: readonly string[], variables = environment) => runCli(args, { directory, environment: variables });

const video = (id: string) => ({ id, createdAt: '2024-01-15T10:30:00.000Z', updatedAt: '2024-01-15T10:30:00.000Z' });

/** Receives into an inbox: one that is accepted, of each of two platforms, one that is refused, and one that is no valid payload. */
const fill = async (inbox: readonly string[]): Promise<void> => {
  const args = ['listen', '--port', '0', '--json', ...inbox];
  const listener = startCommand(args, {
    directory,
    environment: { ...environment, MEDIAHOOKS_TRUST_PROXY: 'loopback' },
  });
  const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(await listener.written('/webhooks'))?.[0] ?? '';
  const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
  const token = secrets.MEDIAHOOKS_TPSTREAMS_TOKEN;
  const statuses: number[] = [];
  for (const delivery of [
    deliver('ignite', 'video.updated', { secret }),
    deliver('tpstreams', 'livestream.streaming', { token }),
    deliver('ignite', 'video.created', { secret, tamper: 'body' }),
    deliver('ignite', 'video.created', { secret, payload: { no: 'video' } }),
  ]) {
    statuses.push((await delivery.sendTo(url)).status);
  }
  expect(statuses).toEqual([202, 202, 401, 202]);
  expect(await listener.interrupt()).toMatchObject({ status: 0 });
};

/** Keeps so many deliveries whose ids begin with `abcd` and differ in the characters behind it, up to the one of that number. */
const keepAlike = async (path: string, count: number, differBy = 8): Promise<readonly string[]> => {
  const inbox = sqliteInbox({ path });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const begin = `abcd${index.toString(16).padStart(differBy - 4, '0')}`;
    const id = `${begin.padEnd(8, '0')}-0000-8000-8000-000000000000`;
    const place = { source: 'ignite', receivedAt: 1_700_000_000_000 + index, address: undefined, pathToken: undefined };
    await inbox.keep({ id, ...place, query: '', headers: [], body: new Uint8Array() }, 'rejected', {
      code: 'credential-missing',
      hint: 'The header is missing.',
    });
    ids.push(id);
  }
  await inbox.stop({ timeoutMs: 1000 });
  return ids;
};

describe.each(Object.keys(engines))('mediahooks inbox, over %s,', (engine) => {
  test('lists, shows, replays, gives up, counts and prunes', async () => {
    const inbox = engines[engine]?.();
    // why: findPostgres and findRedis throw in CI where there is none, and say elsewhere what is missing.
    if (inbox === undefined) return;
    await fill(inbox);
    const json = async (...args: readonly string[]) => {
      const { status, stdout, stderr } = await run(['inbox', ...args, '--json', ...inbox]);
      return { status, stderr, document: stdout === '' ? undefined : JSON.parse(stdout) };
    };
    const list = async (...args: readonly string[]) => page.parse((await json('list', ...args)).document);

    const { deliveries } = await list();
    expect(
      deliveries.map(({ events, outcome, source }) => [source, outcome, events.map(({ status }) => status)]),
    ).toEqual([
      ['ignite', 'quarantined', []],
      ['ignite', 'rejected', []],
      ['tpstreams', 'stored', ['pending']],
      ['ignite', 'stored', ['pending']],
    ]);
    const [quarantined, rejected, livestream, video] = deliveries.map(({ id }) => id);
    if (!quarantined || !rejected || !livestream || !video) throw new Error('Deliveries are missing.');

    const first = await list('--limit', '1');
    expect(first.deliveries.map(({ id }) => id)).toEqual([quarantined]);
    const second = await list('--limit', '1', '--cursor', first.cursor ?? '');
    expect(second.deliveries.map(({ id }) => id)).toEqual([rejected]);
    expect((await list('--source', 'tpstreams')).deliveries.map(({ id }) => id)).toEqual([livestream]);
    expect((await list('--status', 'pending', '--type', 'video.updated')).deliveries.map(({ id }) => id)).toEqual([
      video,
    ]);
    expect((await list('--outcome', 'pending', '--status', 'pending')).deliveries.map(({ id }) => id)).toEqual([
      livestream,
      video,
    ]);
    expect(await json('list', '--outcome', 'pending', '--status', 'dead')).toMatchObject({ status: 2 });
    expect((await list('--text', '507f1f77bcf86cd799439011')).deliveries.map(({ id }) => id)).toEqual([video]);
    expect((await list('--since', '1h', '--outcome', 'rejected')).deliveries.map(({ id }) => id)).toEqual([rejected]);
    expect((await list('--until', '2020-01-01T00:00:00Z')).deliveries).toEqual([]);

    const shown = whole.parse((await json('show', livestream.slice(0, 13))).document);
    expect(shown).toMatchObject({ id: livestream, isConfigured: true, path: '/tpstreams', bodyPart: 'whole' });
    expect(shown.headers).toContainEqual(['x-streams-token', '[redacted]']);
    expect(shown.payload).toMatchObject({ live_stream: { stream_key: '[redacted]', status: 'Streaming' } });
    expect(whole.parse((await json('show', rejected)).document).rejection).toMatchObject({
      code: 'credential-invalid',
    });
    // without its secret, nothing is known of what has to be hidden
    const stranger = await run(['inbox', 'show', livestream, '--json', ...inbox], {});
    expect(whole.parse(JSON.parse(stranger.stdout))).toMatchObject({ isConfigured: false });
    expect(stranger.stdout).not.toContain('org-sample-stream-key');

    const replay = async (...args: readonly string[]) => {
      const { status, document } = await json('replay', ...args);
      return { status, results: replayed.parse(document).replayed.map(({ result, ...more }) => ({ result, ...more })) };
    };
    expect(await replay(video)).toMatchObject({
      status: 0,
      results: [{ delivery: video, result: 'replayed', events: 0 }],
    });
    expect(await replay(rejected, quarantined)).toMatchObject({
      status: 1,
      results: [
        { delivery: quarantined, result: 'refused', code: 'invalid-payload' },
        { delivery: rejected, result: 'refused', code: 'credential-invalid' },
      ],
    });
    expect((await json('discard', video)).document).toEqual({ discarded: [{ delivery: video, events: 1 }] });
    expect(stats.parse((await json('stats')).document)).toMatchObject({
      deliveries: { stored: 2, quarantined: 1, rejected: 1, duplicate: 0 },
      events: { pending: 1, discarded: 1 },
      backlogAgeMs: expect.any(Number),
    });
    // guards come first: with another secret the same delivery is refused, and stays given up on
    const changed = { ...secrets, MEDIAHOOKS_IGNITE_SECRET: 'whsec_changed-since-then' };
    expect(await run(['inbox', 'replay', video, ...inbox], changed)).toMatchObject({ status: 1 });
    expect(await replay('--status', 'discarded')).toMatchObject({
      status: 0,
      results: [{ delivery: video, events: 1 }],
    });

    const unasked = await json('discard', '--source', 'ignite', '--status', 'pending');
    expect(unasked).toMatchObject({ status: 2, stderr: expect.stringContaining('1 delivery.') });
    expect((await json('discard', '--status', 'pending', '--yes')).document.discarded).toHaveLength(2);
    expect((await json('prune', '--older-than', '1d')).document).toEqual({ removed: 0 });
    expect(await json('prune', '--older-than', '1s', '--unresolved')).toMatchObject({ status: 2 });
    for (const args of [['list'], ['show', rejected], ['stats']]) {
      expect(await run(['inbox', ...args, ...inbox])).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/rejected/),
      });
    }
    expect(await run(['inbox', 'show', 'feedbeef', ...inbox])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no delivery'),
    });
  });
});

describe('mediahooks inbox', () => {
  test("is found by MEDIAHOOKS_INBOX, and by the user's own receiver, which handles what is replayed", async () => {
    const file = join(directory, `${randomUUID()}.db`);
    await fill(['--inbox', file]);
    const named = await run(['inbox', 'list', '--status', 'pending', '--json'], {
      ...environment,
      MEDIAHOOKS_INBOX: file,
    });
    expect(page.parse(JSON.parse(named.stdout)).deliveries).toHaveLength(2);
    writeFileSync(
      join(directory, 'webhooks.mjs'),
      `import { createWebhooks } from '@mediahooks/core';
       import { sqliteInbox } from '@mediahooks/inbox-sqlite';
       import { ignite } from '@mediahooks/providers/ignite';
       const inbox = sqliteInbox({ path: process.env.THE_INBOX });
       const secret = process.env.MEDIAHOOKS_IGNITE_SECRET;
       export const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
       webhooks.on('*', ({ payload }) => console.log('HANDLED ' + payload.id));`,
    );
    writeFileSync(
      join(directory, 'own.env'),
      `THE_INBOX=${file}\nMEDIAHOOKS_IGNITE_SECRET=${secrets.MEDIAHOOKS_IGNITE_SECRET}\n`,
    );
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(directory, 'node_modules'));
    const own = ['--config', './webhooks.mjs', '--env-file', 'own.env'];
    const replayedByOwn = await run(['inbox', 'replay', '--source', 'ignite', '--status', 'pending', ...own], {});
    expect(replayedByOwn).toMatchObject({ status: 0, stdout: expect.not.stringContaining('HANDLED') });
    expect(await run(['inbox', 'list', '--inbox', file, ...own], {})).toMatchObject({ status: 2 });
    // listen works on the inbox of a receiver that has handlers
    const listener = startCommand(['listen', '--port', '0', ...own], { directory });
    await listener.written('HANDLED 507f1f77bcf86cd799439011');
    const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(listener.output())?.[0] ?? '';
    const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
    await deliver('ignite', 'video.deleted', { secret, payload: video('another') }).sendTo(url);
    await listener.written('HANDLED another');
    expect(await listener.interrupt()).toMatchObject({ status: 0, stdout: expect.stringContaining('202 stored') });
  });

  test('ends with 1 where there is nothing to give up on or to replay, whether it was asked to or not', async () => {
    const inbox = ['--inbox', join(directory, `${randomUUID()}.db`)];
    await fill(inbox);
    const none = ['--source', 'gcore', ...inbox];
    const nothing = { status: 1, stdout: '', stderr: expect.stringContaining('Nothing is there.') };
    expect(await run(['inbox', 'discard', ...none])).toEqual(nothing);
    expect(await run(['inbox', 'discard', '--yes', ...none])).toEqual(nothing);
    expect(await run(['inbox', 'replay', ...none])).toEqual(nothing);
    expect(await run(['inbox', 'discard', '--json', ...none])).toEqual({
      status: 1,
      stdout: '{"discarded":[]}\n',
      stderr: '',
    });
    const ids = await run(['inbox', 'list', '--outcome', 'pending', '--json', ...inbox]);
    const [one = '', other = ''] = page.parse(JSON.parse(ids.stdout)).deliveries.map(({ id }) => id);
    expect(await run(['inbox', 'discard', one, ...inbox])).toMatchObject({
      status: 0,
      stdout: `${one}  1 event given up on\n`,
    });
    expect(await run(['inbox', 'discard', one, ...inbox])).toMatchObject({
      status: 1,
      stdout: `${one}  nothing to give up on\n`,
    });
    expect(await run(['inbox', 'discard', one, other, ...inbox])).toMatchObject({ status: 0 });

    // what was refused is told of as everywhere
    const refused = await run(['inbox', 'replay', '--outcome', 'rejected', ...inbox]);
    expect(refused.stdout).toMatch(/ {2}refused: credential-invalid\. The signature in/);
  });

  test('lists what was damaged with the rest, says so of it, and why it cannot be replayed', async () => {
    const path = join(directory, `${randomUUID()}.db`);
    const inbox = ['--inbox', path];
    await fill(inbox);
    const file = new DatabaseSync(path);
    file.exec("UPDATE events SET payload = 'damaged-9f2c' WHERE source = 'ignite'");
    file.exec("UPDATE deliveries SET headers = 'damaged-9f2c' WHERE source = 'tpstreams'");
    file.close();
    const lines = (await run(['inbox', 'list', ...inbox])).stdout.trim().split('\n');
    expect(lines.map((line) => line.endsWith('cannot be read'))).toEqual([false, false, false, true]);
    const listing = page.parse(JSON.parse((await run(['inbox', 'list', '--json', ...inbox])).stdout));
    const [livestream, video] = listing.deliveries.slice(2);
    const unreadable = 'It cannot be read: What is stored as payload is not JSON.';
    expect(video?.events).toMatchObject([{ type: 'video.updated', status: 'pending', unreadable }]);
    expect((await run(['inbox', 'show', video?.id ?? '', ...inbox])).stdout).toContain(unreadable);
    const shown = await run(['inbox', 'show', livestream?.id ?? '', ...inbox]);
    expect(shown).toMatchObject({ status: 0, stdout: expect.stringMatching(/body +0 B, unreadable\n.* is damaged\./) });
    const why = expect.stringMatching(/ is damaged\. It cannot be read: What is stored as headers is not JSON\./);
    const replay = await run(['inbox', 'replay', livestream?.id ?? '', '--json', ...inbox]);
    expect(replay.status).toBe(1);
    expect(replayed.parse(JSON.parse(replay.stdout)).replayed).toMatchObject([{ result: 'unreadable', why }]);
    const explained = await run(['explain', livestream?.id ?? '', ...inbox]);
    expect(explained).toMatchObject({ stderr: why });
    const discarded = await run(['inbox', 'discard', livestream?.id ?? '', video?.id ?? '', ...inbox]);
    expect(discarded.stdout.match(/1 event given up on/g)).toHaveLength(2);
    expect(everything.filter((text) => text.includes('damaged-9f2c'))).toEqual([]);
  });

  test.each([
    [5, '', 5],
    [7, '\n  and 2 more', 7],
    [101, '\n  and more', undefined],
  ])('of %i ids that begin alike it says so, and how much of one is enough', async (count, rest, enough) => {
    const path = join(directory, `${randomUUID()}.db`);
    const ids = await keepAlike(path, count, enough);
    const inbox = ['--inbox', path];
    const { status, stderr, stdout } = await run(['inbox', 'show', 'abcd', ...inbox]);
    const said = enough === undefined ? 'Say more of it' : `${enough} characters tell them apart`;
    const listed = ids.slice(-5).toReversed();
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: Several deliveries begin with "abcd". ${said}:\n  ${listed.join('\n  ')}${rest}\n`,
    });
    const one = ids[0]?.slice(0, enough) ?? '';
    expect((await run(['inbox', 'show', one, '--json', ...inbox])).status).toBe(0);
  });

  test.each([
    [['list'], 1, 'mediahooks.db'],
    [['list', '--inbox', 'missing.db'], 1, 'no such file'],
    [['list', '--inbox', 'mysql://127.0.0.1/x'], 2, '--inbox must be'],
    [['list', '--inbox', 'postgres://user:cli-test-password-31c0@127.0.0.1:1/x'], 3, 'ECONNREFUSED'],
    [['list', '--inbox', 'redis://:cli-test-password-31c0@127.0.0.1:1'], 3, 'Redis'],
    [['list', '--status', 'lost'], 2, 'Allowed choices'],
    [['list', '--outcome', 'lost'], 2, 'Allowed choices'],
    [['replay'], 2, 'nothing-configured'],
    [['replay', '--lost'], 2, 'See: mediahooks inbox replay --help'],
  ])(
    '%j ends with %i, without making a file',
    async (args, status, reason) => {
      const ended = await run(['inbox', ...args, '--json'], {});
      expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
      expect(ended.stderr).toContain(reason);
    },
    20_000,
  );

  test('prints no secret, and no password of an inbox', () => {
    expect(everything.length).toBeGreaterThan(10);
    for (const secret of [...secretValues, 'cli-test-password-31c0', 'org-sample-stream-key']) {
      expect(everything.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
