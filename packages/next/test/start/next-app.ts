import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, type NextServer, startServer } from './next-server.ts';

export interface NextApp {
  /** What `next build` wrote to the terminal. */
  readonly buildOutput: string;
  start(environment: Environment): Promise<NextServer>;
  /** Ends every server of it that still runs, and deletes the copy. */
  remove(): Promise<void>;
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const next = join(repository, 'node_modules/next/dist/bin/next');

/** What would be in the way of a fresh build. */
const leftBehind = new Set(['.next', 'node_modules', 'data', 'next-env.d.ts']);

/**
 * Copies an app and builds it with `next build`, for as many `next start` as wanted. A copy, because Next.js writes into the folder it
 * builds; inside the repository, because there its packages are found.
 *
 * @throws {Error} with Next.js's own output where the build fails.
 */
export const buildNextApp = async (folder: string, environment: Environment): Promise<NextApp> => {
  const copies = join(repository, 'packages/next/.next');
  await mkdir(copies, { recursive: true });
  const copy = await mkdtemp(join(copies, 'test-'));
  const servers: NextServer[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(copy, { recursive: true, force: true });
  };
  try {
    for (const name of await readdir(folder)) {
      if (!leftBehind.has(name)) await cp(join(folder, name), join(copy, name), { recursive: true });
    }
    const buildOutput = await build(copy, environment);
    return {
      buildOutput,
      remove,
      async start(more) {
        const server = await startServer(next, copy, { ...environment, ...more });
        servers.push(server);
        return server;
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

const build = (folder: string, environment: Environment): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [next, 'build'], { cwd: folder, env: cleanEnvironment(environment) });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`next build ended with status ${status}:\n${output}`));
    });
  });

/** Nothing of the tests' own environment but where programs are. */
export const cleanEnvironment = (environment: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...environment,
});
