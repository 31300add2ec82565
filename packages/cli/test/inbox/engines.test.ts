import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { findPostgres, type PostgresService } from '../../../../tests/services/postgres.ts';
import { findRedis, type RedisService } from '../../../../tests/services/redis.ts';
import { everything } from '../command.ts';
import { secrets } from '../receiver.ts';
import { page, replayed, stats, whole } from './documents.ts';
import { expectNoSecrets, inboxScene } from './scene.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const { directory, fill, run } = inboxScene();
let postgres: PostgresService | undefined;
let redis: RedisService | undefined;

beforeAll(async () => {
  postgres = await findPostgres();
  redis = await findRedis();
});

afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
});

/** Where each engine's inbox is: the arguments that name it. */
const engines: Readonly<Record<string, () => readonly string[] | undefined>> = {
  sqlite: () => ['--inbox', join(directory, `${randomUUID()}.db`)],
  postgres: () => postgres && ['--inbox', postgres.url, '--inbox-name', `cli_${randomUUID().replaceAll('-', '_')}`],
  redis: () => redis && ['--inbox', redis.url, '--inbox-name', `cli-${randomUUID()}`],
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

test('prints no secret', () => {
  expect(everything.length).toBeGreaterThan(10);
  expectNoSecrets();
});
