import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server for tests. */
export interface PostgresService {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of the test's own, that may be killed and started again on the same port and files. */
export interface PostgresServer extends PostgresService {
  readonly port: number;
  readonly folder: string;
  /** Starts it, or starts it again; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it as a power cut would: nothing is finished, and the next start recovers from its log. */
  kill(): Promise<void>;
  /** Lets it hang: it keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
}

const missing =
  'No PostgreSQL: set DATABASE_URL, start one on 127.0.0.1:5432, or install its server (Debian: apt-get install postgresql).';

/**
 * The server that tests may share, each in schemas of its own: `DATABASE_URL`, one on 127.0.0.1:5432, or one started here. `undefined`,
 * after saying what is missing, where there is none; in CI (`CI=true`) that is an error.
 */
export const findPostgres = async (): Promise<PostgresService | undefined> => {
  const given = process.env.DATABASE_URL;
  const url = given || 'postgres://postgres@127.0.0.1:5432/postgres';
  if (given || (await answers(url))) return { url, stop: async () => undefined };
  if (binaries() !== undefined) {
    const server = await createPostgresServer();
    await server.start();
    return server;
  }
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(missing);
  return undefined;
};

/** Whether a server is installed, for {@link createPostgresServer}. Says what is missing; in CI (`CI=true`) that is an error. */
export const canStartPostgres = (): boolean => {
  const isThere = binaries() !== undefined;
  if (!isThere && process.env.CI === 'true') throw new Error(missing);
  if (!isThere) console.warn(missing);
  return isThere;
};

/** Not started yet. It trusts every user, and listens to this machine only. */
export const createPostgresServer = async (settings: readonly string[] = []): Promise<PostgresServer> => {
  const bin = binaries();
  if (bin === undefined) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  // why: PostgreSQL refuses to run as root; then it runs as the user `nobody`.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const cluster = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(bin, 'initdb'), cluster, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let running: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    // why: PostgreSQL's word for "at once"; it takes its own processes with it, so that the next start finds none of them.
    child.kill('SIGQUIT');
    await gone;
  };

  /** Its processes: one for each connection, and some of its own. */
  const signal = (name: 'SIGCONT' | 'SIGSTOP'): void => {
    if (running?.pid === undefined) return;
    running.kill(name);
    const { stdout } = spawnSync('pgrep', ['-P', String(running.pid)], { encoding: 'utf8' });
    for (const pid of stdout.split('\n').filter(Boolean)) signalIfThere(Number(pid), name);
  };

  return {
    url,
    port,
    folder,
    async start() {
      const listen = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-c', 'unix_socket_directories='];
      const all = [...listen, ...settings.flatMap((setting) => ['-c', setting])];
      running = spawn(join(bin, 'postgres'), all, { ...user, cwd: folder, stdio: 'ignore' });
      const giveUpAt = Date.now() + 30_000;
      while (!(await answers(url))) {
        if (Date.now() > giveUpAt) throw new Error(`postgres ${all.join(' ')} did not start.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    kill,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async stop() {
      signal('SIGCONT');
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A connection's process may have ended since it was listed. */
const signalIfThere = (pid: number, name: 'SIGCONT' | 'SIGSTOP'): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    // why not asked whether it is an Error: within Jest those of Node are of another realm.
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
};

/** The folder of `initdb` and `postgres`: on the path, or where Debian hides them, the newest first. */
const binaries = (): string | undefined => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env.PATH ?? '').split(':').filter(Boolean);
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...onPath];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
};

/** Whether a server answers; one that refuses the user does. */
const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code?.startsWith('28') === true;
  } finally {
    await client.end().catch(() => undefined);
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
