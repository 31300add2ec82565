import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { everything, runCli } from './command.ts';
import { freePort } from './free-port.ts';

// why: inside the repository, because the packages are found there; Next.js accepts no links that lead elsewhere.
const folder = fileURLToPath(new URL('../.next/', import.meta.url));
const next = fileURLToPath(new URL('../../../node_modules/next/dist/bin/next', import.meta.url));

let project: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  mkdirSync(folder, { recursive: true });
  project = mkdtempSync(join(folder, 'init-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  rmSync(project, { recursive: true, force: true });
});

const write = (path: string, text: string): void => {
  mkdirSync(join(project, path, '..'), { recursive: true });
  writeFileSync(join(project, path), text);
};
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const manifest = (dependencies: readonly string[], more: object = { type: 'module' }): void =>
  write(
    'package.json',
    JSON.stringify({
      name: 'app',
      private: true,
      ...more,
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
    }),
  );
const init = (...args: readonly string[]) => runCli(['init', ...args], { directory: project });
const files = (): string[] =>
  readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .sort();

/** Starts what `init` has said, and waits until it listens. */
const start = async (
  args: readonly string[],
  ready: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: Object.assign(
      Object.create(null),
      { PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: '1' },
      environment,
    ),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = ready.exec(output);
        if (found !== null) resolve(found[1] ?? '');
      });
    }
    child.once('close', (status) =>
      status === 0 ? resolve('') : reject(new Error(`It ended with ${status}:\n${output}`)),
    );
  });
};

const everySource = ['ignite', 'tpstreams', 'echo3d', '3q'] as const;

/** Sends every type of every platform with the secrets that `init` has made up. */
const sendAll = async (mount: string): Promise<void> => {
  for (const source of everySource) {
    const { status, stderr, stdout } = await runCli(
      ['send', source, 'all', '--to', mount, '--env-file', '.env', '--json'],
      { directory: project },
    );
    expect({ source, status, stderr }).toEqual({ source, status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      refused: 0,
      unanswered: 0,
      answers: [{ status: 200, code: 'handled' }],
    });
    const forged = await runCli(['send', source, 'all', '--to', mount, '--env-file', '.env', '--json', '--tamper'], {
      directory: project,
    });
    expect(JSON.parse(forged.stdout)).toMatchObject({ accepted: 0, answers: [{ status: 401 }] });
  }
};

describe('mediahooks init', () => {
  test.each([
    ['Express', 'express'],
    ['Koa', 'koa'],
  ])('in an empty %s project: started as it says, it handles what mediahooks send sends', async (_, framework) => {
    manifest([framework]);
    const { status, stdout } = await init(...everySource);
    expect(status).toBe(0);
    expect(stdout).toContain('node --env-file=.env server.js');
    expect(files()).toEqual(['.env', '.gitignore', 'package.json', 'server.js', 'webhooks.js']);
    const port = await freePort();
    await start(['--env-file=.env', 'server.js'], /Receiving on (\S+)/, { PORT: String(port) });
    await sendAll(`http://127.0.0.1:${port}/webhooks`);
  });

  test('in an empty Next.js project: built and started, it handles what mediahooks send sends', async () => {
    manifest(['next', 'react', 'react-dom']);
    const { status } = await init(...everySource, 'gcore');
    expect(status).toBe(0);
    expect(files()).toEqual(['.env', '.gitignore', 'app/webhooks/[source]/route.js', 'package.json', 'webhooks.js']);
    // The build has no secrets: .env is what the running app reads.
    const environment = read('.env');
    rmSync(join(project, '.env'));
    await start([next, 'build'], /$^/);
    write('.env', environment);
    const url = await start(
      [next, 'start', '--port', '0', '--hostname', '127.0.0.1'],
      /Local:\s+(http:\/\/[^\s]+)[\s\S]*Ready in/,
    );
    await sendAll(`${url}/webhooks`);
    // What it sends says to have come through one proxy, as .env has it; an address that is not Gcore's is refused.
    const gcore = await runCli(['send', 'gcore', 'all', '--to', `${url}/webhooks`, '--json'], { directory: project });
    expect(JSON.parse(gcore.stdout)).toMatchObject({ refused: 0, answers: [{ status: 200, code: 'handled' }] });
    const direct = await fetch(`${url}/webhooks/gcore`, { method: 'POST', body: '{}' });
    expect(direct.status).toBe(403);
  }, 180_000);

  test('made again, it overwrites nothing and says so', async () => {
    manifest(['express']);
    await init('ignite');
    const before = files().map((path) => [path, read(path)]);
    write('webhooks.js', '// mine\n');
    const { status, stdout } = await init('ignite', 'tpstreams');
    expect(status).toBe(0);
    expect(stdout).toContain('kept   webhooks.js');
    // only of what is missing it says to add it: the secret is in .env, and the server mounts the receiver
    expect(stdout).toContain('Put into .env what is not there yet: MEDIAHOOKS_TPSTREAMS_TOKEN\n');
    expect(stdout).not.toContain('Mount it in');
    expect(stdout).toContain('  node --env-file=.env server.js\n');
    expect((await init('ignite')).stdout).not.toContain('Put into .env');
    expect(read('webhooks.js')).toBe('// mine\n');
    expect(
      files().map((path) => [path, path === 'webhooks.js' ? before.find(([name]) => name === path)?.[1] : read(path)]),
    ).toEqual(before);
  });

  test('says how the packages are installed from the clone it is run from, by their folders', async () => {
    manifest(['koa']);
    const { stdout } = await init('ignite');
    const [, packages = '', command = ''] =
      /^ {2}npm install (.*)\n {2}npm install --save-dev (.*)$/m.exec(stdout) ?? [];
    const named = (folder: string): unknown => JSON.parse(read(join(folder, 'package.json'))).name;
    const folders = [...packages.split(' '), command];
    expect(folders.map((folder) => [folder.startsWith('../'), named(folder)])).toEqual([
      [true, '@mediahooks/core'],
      [true, '@mediahooks/providers'],
      [true, '@mediahooks/koa'],
      [true, 'mediahooks'],
    ]);
    manifest(['koa', '@mediahooks/core', '@mediahooks/providers', '@mediahooks/koa', 'mediahooks']);
    expect((await init('ignite')).stdout).toContain('  npm install\n');
  });

  test('says to go to the folder first that it was given, and quotes its name for a shell', async () => {
    const plain = await init('ignite', '--framework', 'koa', '--dir', 'receiver');
    expect(plain.stdout).toContain('Next:\n  cd receiver\n  npm install ../');
    const name = "it's $(touch started) `touch started`";
    const { status, stdout } = await init('ignite', '--framework', 'koa', '--dir', name);
    const [, command = ''] = /^ {2}(cd .*)$/m.exec(stdout) ?? [];
    expect(status).toBe(0);
    expect(execFileSync('sh', ['-c', `${command} && pwd`], { cwd: project, encoding: 'utf8' })).toBe(
      `${join(project, name)}\n`,
    );
    expect(files()).not.toContain('started');
    expect((await init('ignite', '--framework', 'koa', '--dir', '.')).stdout).not.toContain('  cd ');
  });

  test('reads no folder for a file: main may be one, and so may .env', async () => {
    manifest(['express'], { type: 'module', main: 'lib' });
    write('lib/index.js', '');
    write('.env/mine', '');
    const { status, stderr, stdout } = await init('ignite');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('wrote  server.js\n');
    expect(stdout).toContain('Put into .env what is not there yet: MEDIAHOOKS_IGNITE_SECRET\n');
  });

  test('the secret it makes up for Ignite is written as Ignite writes them', async () => {
    manifest(['koa']);
    await init('ignite');
    expect(read('.env')).toMatch(/^MEDIAHOOKS_IGNITE_SECRET=whsec_[0-9a-f]{48}$/m);
  });

  test('keeps out of git what it writes and what listen makes; of a .gitignore that is there it says what it lacks', async () => {
    manifest(['express']);
    await init('ignite');
    expect(read('.gitignore').split('\n')).toEqual([
      'node_modules/',
      '.env',
      '.mediahooks.env',
      'mediahooks.db*',
      'mediahooks-listen.db*',
      '',
    ]);
    write('.gitignore', 'dist/\n/.env\n# .mediahooks.env\n');
    expect((await init('ignite')).stdout).toContain(
      'Put into .gitignore what it lacks: .mediahooks.env, mediahooks.db*, mediahooks-listen.db*',
    );
    expect(read('.gitignore')).toBe('dist/\n/.env\n# .mediahooks.env\n');
    // a class that leaves out what it seems to name
    write('.gitignore', '.[!e]nv\n.mediahooks.en[^v]\nmediahooks*.db*\n');
    expect((await init('ignite')).stdout).toContain('Put into .gitignore what it lacks: .env, .mediahooks.env\n');
    write('.gitignore', '.env*\r\n.mediahooks.env\r\n*.db*\r\n');
    expect((await init('ignite')).stdout).not.toContain('.gitignore');
  });

  test.each([
    ['server.js', { type: 'module' }],
    ['src/index.js', { type: 'module' }],
    ['bin/start.js', { type: 'module', main: 'bin/start.js' }],
  ])(
    'into an app that is there (%s) it writes no second server, and says which lines go into it',
    async (entry, more) => {
      manifest(['express'], more);
      write(entry, 'export {};\n');
      const { stdout } = await init('ignite');
      expect(read(entry)).toBe('export {};\n');
      expect(files().filter((path) => path.endsWith('.js'))).toHaveLength(2);
      expect(stdout).toContain(`Mount it in ${entry}`);
      expect(stdout).toContain("app.use('/webhooks', webhookMiddleware(webhooks));");
      const imported = /from '(\.[^']+)'/.exec(stdout)?.[1] ?? '';
      expect(statSync(join(project, entry, '..', imported)).isFile()).toBe(true);
    },
  );

  test('writes ES modules into a project that is CommonJS, and TypeScript into one that has a tsconfig.json', async () => {
    manifest(['koa'], {});
    await init('ignite');
    expect(files()).toContain('server.mjs');
    expect(read('server.mjs')).toContain("from './webhooks.mjs'");

    write('tsconfig.json', '{ "compilerOptions": {} }');
    await init('ignite', '--dir', '.', '--framework', 'express');
    expect(files()).toContain('webhooks.mts');
  });

  test('imports with .ts where the project does, and can be run by Node then', async () => {
    manifest(['koa']);
    write('tsconfig.json', '{ "compilerOptions": { "allowImportingTsExtensions": true } }');
    const { stdout } = await init('ignite');
    expect(read('server.ts')).toContain("from './webhooks.ts'");
    expect(stdout).toContain('node --env-file=.env server.ts');
  });

  test('puts a route beside the pages of a Next.js project that has no App Router', async () => {
    manifest(['next', 'react', 'react-dom']);
    write('src/pages/index.js', 'export default () => null;\n');
    await init('ignite');
    expect(read('src/pages/api/webhooks/[...source].js')).toContain("from '../../../webhooks'");
    expect(files()).toContain('src/webhooks.js');
  });

  test('the secrets it makes up are different each time, readable by their owner alone, and not printed', async () => {
    manifest(['express']);
    const first = await init('echo3d', '--json');
    expect(
      z
        .strictObject({
          framework: z.literal('express'),
          sources: z.array(z.string()),
          written: z.array(z.string()),
          kept: z.array(z.string()),
          next: z.array(z.string()),
        })
        .parse(JSON.parse(first.stdout)),
    ).toMatchObject({ written: ['webhooks.js', 'server.js', '.env', '.gitignore'], kept: [] });
    const secrets = [...read('.env').matchAll(/^MEDIAHOOKS_\w+=(.*)$/gm)].map(([, value]) => value ?? '');
    expect(secrets).toHaveLength(2);
    expect(new Set(secrets).size).toBe(2);
    expect(statSync(join(project, '.env')).mode & 0o077).toBe(0);
    expect(read('.gitignore')).toContain('.env');
    for (const secret of secrets) {
      expect(secret).toMatch(/^[0-9a-f]{48}$/);
      expect(everything.join('')).not.toContain(secret);
    }
  });

  test.each([
    ['no framework', [], ['ignite'], 'none of express, koa, next'],
    ['two frameworks', ['express', 'koa'], ['ignite'], 'express and koa'],
    ['an unknown platform', ['express'], ['vimeo'], 'no platform "vimeo"'],
  ])('with %s it writes nothing and ends with 2', async (_, dependencies, args, words) => {
    manifest(dependencies);
    const { status, stderr } = await init(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(files()).toEqual(['package.json']);
  });

  test('a package.json that cannot be read is told of', async () => {
    write('package.json', '{');
    expect(await init('ignite')).toMatchObject({ status: 2, stderr: expect.stringContaining('package.json') });
  });
});
