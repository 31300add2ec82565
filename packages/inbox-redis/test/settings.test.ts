import { jest } from '@jest/globals';
import type { RedisWarning } from '@mediahooks/inbox-redis';
import { Redis } from 'ioredis';
import { canStartRedis, createRedisServer, type RedisServer } from '../../../tests/services/redis.ts';
import { acceptance, handling, rejected } from './fixtures.ts';
import { createTestStorage } from './storage.ts';

jest.setTimeout(30_000);

let server: RedisServer;

/** The codes of what is warned of when an inbox is first used, on a server with these arguments. */
const warnedOf = async (args: readonly string[], url?: (port: number) => string): Promise<readonly string[]> => {
  server = await createRedisServer(args);
  await server.start();
  const warnings: RedisWarning[] = [];
  const storage = createTestStorage(url?.(server.port) ?? server.url, { onWarning: (one) => warnings.push(one) });
  const inbox = await storage.open();
  await inbox.start(handling(1).worker);
  // why: on the same connection as the questions about the settings, and more of them: those are answered by then.
  for (let turn = 0; turn < 20; turn += 1) await inbox.stats();
  await storage.close();
  storage.redis.disconnect();
  return warnings.map(({ code }) => code);
};

(canStartRedis() ? describe : describe.skip)("The server's settings", () => {
  afterEach(() => server.stop());

  test('warns of a server that keeps nothing on disk', async () => {
    expect(await warnedOf(['--save', '', '--appendonly', 'no'])).toEqual(['MEDIAHOOKS_REDIS_NOT_PERSISTENT']);
  });

  test('warns of a server that keeps snapshots only', async () => {
    expect(await warnedOf(['--save', '3600 1', '--appendonly', 'no'])).toEqual(['MEDIAHOOKS_REDIS_SNAPSHOTS_ONLY']);
  });

  test('warns of a server that leaves it to the system when its file is written', async () => {
    const warned = await warnedOf(['--save', '', '--appendonly', 'yes', '--appendfsync', 'no']);
    expect(warned).toEqual(['MEDIAHOOKS_REDIS_FSYNC_OFF']);
  });

  test('warns of a server that throws keys away', async () => {
    // why: BullMQ says so too.
    const console = jest.spyOn(globalThis.console, 'warn').mockReturnValue(undefined);
    const warned = await warnedOf(['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru']);
    console.mockRestore();
    expect(warned).toEqual(['MEDIAHOOKS_REDIS_EVICTION']);
  });

  test.each(['always', 'everysec'])('has nothing to say against appendfsync %s', async (appendfsync) => {
    expect(await warnedOf(['--save', '', '--appendonly', 'yes', '--appendfsync', appendfsync])).toEqual([]);
  });

  test('reads from INFO what a server does not tell of its configuration', async () => {
    const user = 'user limited on >pass ~* &* +@all -config';
    const as = (port: number): string => `redis://limited:pass@127.0.0.1:${port}`;
    const args = [
      '--save',
      '',
      '--appendonly',
      'no',
      ...user.split(' ').flatMap((word, index) => (index ? [word] : ['--user'])),
    ];
    expect(await warnedOf(args, as)).toEqual(['MEDIAHOOKS_REDIS_SNAPSHOTS_ONLY']);
  });

  test('tells no password when the server refuses it', async () => {
    server = await createRedisServer(['--requirepass', 'right']);
    await server.start();
    const warnings: RedisWarning[] = [];
    const url = `redis://:wr0ng@127.0.0.1:${server.port}`;
    const storage = createTestStorage(url, { timeoutMs: 300, onWarning: (one) => warnings.push(one) });
    const inbox = await storage.open();
    const { code, message } = await rejected(inbox.accept(acceptance()));
    expect(code).toBe('inbox-unavailable');
    expect(message).toContain('WRONGPASS');
    expect(JSON.stringify([message, warnings])).not.toContain('wr0ng');
    await storage.close();
    storage.redis.disconnect();
  });

  test('keeps all keys in one hash slot, as a cluster wants it', async () => {
    server = await createRedisServer(['--cluster-enabled', 'yes', '--appendonly', 'yes']);
    await server.start();
    const admin = new Redis(server.url);
    await admin.call('CLUSTER', ['ADDSLOTSRANGE', 0, 16383]);
    while (!String(await admin.call('CLUSTER', ['INFO'])).includes('cluster_state:ok')) await admin.ping();
    admin.disconnect();
    const storage = createTestStorage(server.url);
    const inbox = await storage.open();
    const { all, worker } = handling(2);
    await inbox.accept(acceptance({ id: 'one', keys: ['k'], subject: 'ignite video:1' }));
    await inbox.accept(acceptance({ id: 'two' }));
    await inbox.start(worker);
    expect([...(await all)].sort()).toEqual(['one.0', 'two.0']);
    expect((await inbox.list({ source: 'ignite', type: 'video.updated' }, { limit: 5 })).deliveries).toHaveLength(2);
    expect(await inbox.requeue('one')).toBe(1);
    expect(await inbox.prune({ before: Date.now() + 1000 })).toBeGreaterThan(0);
    await storage.close();
    storage.redis.disconnect();
  });
});
