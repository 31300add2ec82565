import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
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
const run = (...args: readonly string[]): string => {
  try {
    const bin = join(installed, 'mediahooks', 'dist', 'bin.js');
    return `0 ${execFileSync(process.execPath, [bin, ...args], { cwd: project, encoding: 'utf8', stdio: 'pipe', env: {} })}`;
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

test('an inbox in a file needs nothing', () => {
  expect(run('inbox', 'list', '--inbox', 'missing.db')).toMatch(/^1 .*no such file/);
});
