import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { temporaryFolder } from './command.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);

const own = fileURLToPath(new URL('..', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const directory = temporaryFolder();
/** Where the command is, as npx installs it: not in the project that it is run in. */
const installed = join(directory, 'npx', 'node_modules');
const project = join(directory, 'project');
const ofProject = join(project, 'node_modules', '@mediahooks');

beforeAll(() => {
  // as npm installs it: with what it depends on, and without its optional peers
  mkdirSync(join(installed, '@mediahooks'), { recursive: true });
  mkdirSync(ofProject, { recursive: true });
  cpSync(join(own, 'dist'), join(installed, 'mediahooks', 'dist'), { recursive: true });
  cpSync(join(own, 'package.json'), join(installed, 'mediahooks', 'package.json'));
  for (const name of ['console', 'core', 'inbox-sqlite', 'node', 'providers', 'testing']) {
    symlinkSync(join(modules, '@mediahooks', name), join(installed, '@mediahooks', name));
  }
  symlinkSync(join(own, 'node_modules', 'commander'), join(installed, 'commander'));
  symlinkSync(join(modules, 'zod'), join(installed, 'zod'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Status, and what it said. */
const run = (...args: readonly string[]): string => runOn({}, ...args);

const runOn = (env: Readonly<Record<string, string>>, ...args: readonly string[]): string => {
  try {
    const bin = join(installed, 'mediahooks', 'dist', 'bin.js');
    return `0 ${execFileSync(process.execPath, [bin, ...args], { cwd: project, encoding: 'utf8', stdio: 'pipe', env })}`;
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('status' in error) || !('stderr' in error)) throw error;
    return `${error.status} ${error.stderr}`;
  }
};

test.each([
  ['postgres://127.0.0.1:1/x', '@mediahooks/inbox-postgres'],
  ['redis://127.0.0.1:1', '@mediahooks/inbox-redis'],
])('without its package, an inbox at %s ends with 3 and names it', (inbox, name) => {
  expect(run('inbox', 'list', '--inbox', inbox)).toMatch(
    new RegExp(`^3 .*needs the package ${name}.*npm install ${name}`),
  );
  // in the project it is run in, it is found
  symlinkSync(join(modules, name), join(ofProject, basename(name)));
  expect(run('inbox', 'list', '--inbox', inbox)).toMatch(/^3 [\s\S]*error: .*ECONNREFUSED/);
});

test('init, installed as a package, has the others installed by their names', () => {
  const said = run('init', 'ignite', '--framework', 'express', '--dir', 'made');
  expect(said).toContain('  npm install @mediahooks/core @mediahooks/providers @mediahooks/express express\n');
  expect(said).not.toContain('--save-dev');
});

test('an inbox in a file needs nothing', () => {
  expect(run('inbox', 'list', '--inbox', 'missing.db')).toMatch(/^1 .*no such file/);
});

test('a .env with variables is named instead of all the variables there are, until it is given', () => {
  writeFileSync(join(project, '.env'), 'MEDIAHOOKS_INBOX=deliveries.db\n');
  const named = run('inbox', 'replay');
  expect(named).toMatch(/^2 .*There is a \.env here that has such variables: --env-file \.env\./);
  expect(named).not.toContain('MEDIAHOOKS_IGNITE_SECRET');
  expect(run('inbox', 'replay', '--env-file', '.env')).toMatch(
    /^2 .*No source is configured[\s\S]*MEDIAHOOKS_IGNITE_SECRET/,
  );
});

test('explain takes a word like an id that is no file for one, and says how to explain it', () => {
  const explain = (name: string): string => runOn({ MEDIAHOOKS_GCORE: 'on' }, 'explain', name);
  expect(explain('fe07b9ad')).toMatch(/^2 .*no such file\. .*--inbox <inbox> fe07b9ad\n/);
  expect(explain('request.http')).toMatch(/^2 .*no such file\.\n/);
});

test('on a Node without SQLite, an inbox in a file ends with 3 and says which Node has it', () => {
  const args = ['listen', '--port', '0', '--inbox', 'deliveries.db'];
  expect(runOn({ NODE_OPTIONS: '--no-experimental-sqlite', MEDIAHOOKS_GCORE: 'on' }, ...args)).toMatch(
    /^3 .*node:sqlite, which Node has from 22\.13 on\. This is Node \d+/,
  );
});

test.each([
  ['a Node without SQLite', { NODE_OPTIONS: '--no-experimental-sqlite' }, [], 'node:sqlite'],
  ['an inbox whose package is missing', {}, ['--inbox', 'postgres://127.0.0.1:1/x'], '@mediahooks/inbox-postgres'],
])('with %s, listen ends with 3 before it writes anything', (_what, environment, args, needed) => {
  rmSync(join(ofProject, 'inbox-postgres'), { force: true });
  rmSync(join(project, '.mediahooks.env'), { force: true });
  const before = readdirSync(project);
  const said = runOn(environment, 'listen', '--port', '0', ...args);
  expect(said).toMatch(/^3 /);
  expect(said).toContain(needed);
  expect(readdirSync(project)).toEqual(before);
});
