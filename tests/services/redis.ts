import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A Redis server for tests. */
export interface RedisService {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of the test's own, that may be killed and started again on the same port and files. */
export interface RedisServer extends RedisService {
  readonly port: number;
  readonly folder: string;
  /** Starts it, or starts it again; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Lets it hang: it keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
}

const missing =
  'No Redis: set REDIS_URL, start one on 127.0.0.1:6379, or install redis-server (Debian: apt-get install redis-server).';

/**
 * The server that tests may share, each under keys of its own: `REDIS_URL`, one on 127.0.0.1:6379, or one started here. `undefined`, after
 * saying what is missing, where there is none; in CI (`CI=true`) that is an error.
 */
export const findRedis = async (): Promise<RedisService | undefined> => {
  const given = process.env.REDIS_URL;
  const url = given || 'redis://127.0.0.1:6379';
  if (given || (await answers(url))) return { url, stop: async () => undefined };
  if (hasRedisServer()) {
    const server = await createRedisServer();
    await server.start();
    return server;
  }
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(missing);
  return undefined;
};

/** Whether `redis-server` is installed, for {@link createRedisServer}. Says what is missing; in CI (`CI=true`) that is an error. */
export const canStartRedis = (): boolean => {
  const found = hasRedisServer();
  if (!found && process.env.CI === 'true') throw new Error(missing);
  if (!found) console.warn(missing);
  return found;
};

/** Not started yet. Nothing is kept on disk unless the arguments say so. */
export const createRedisServer = async (
  args: readonly string[] = ['--save', '', '--appendonly', 'no'],
): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let running: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  return {
    url,
    port,
    folder,
    async start() {
      const listen = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
      running = spawn('redis-server', [...listen, ...args], { stdio: 'ignore' });
      const giveUpAt = Date.now() + 20_000;
      while (!(await answers(url))) {
        if (Date.now() > giveUpAt) throw new Error(`redis-server ${args.join(' ')} did not start.`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill,
    pause: () => void running?.kill('SIGSTOP'),
    resume: () => void running?.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const hasRedisServer = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** Whether a server answers; one that asks for a password does. */
const answers = async (url: string): Promise<boolean> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 1000,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch (error) {
    return error instanceof Error && error.message.startsWith('NOAUTH');
  } finally {
    redis.disconnect();
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
