import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { createFreshProject } from './project/fresh-project.ts';
import { entryPoints, publicPackages } from './project/packages.ts';
import { compiler, repository, run, runScript } from './project/run.ts';
import { contentOf, pack, type Tarball, temporaryFolder } from './project/tarballs.ts';

const packages = publicPackages();
const names = packages.map(({ manifest }) => manifest.name);
const allEntryPoints = packages.flatMap(({ manifest }) => entryPoints(manifest));

const folder = temporaryFolder('packaging');
const project = join(folder, 'project');
let tarballs: readonly Tarball[] = [];

const tarballOf = (name: string): Tarball => {
  const found = tarballs.find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new Error(`${name} was not packed.`);
  return found;
};

beforeAll(async () => {
  tarballs = await pack(packages, folder);
  mkdirSync(project);
  await createFreshProject(project, tarballs);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are public packages to check', () => {
  expect(names).toEqual(expect.arrayContaining(['@mediahooks/core', '@mediahooks/providers', '@mediahooks/express']));
});

describe.each(names)('the tarball of %s', (name) => {
  test('passes publint, strictly', async () => {
    const { file, manifest } = tarballOf(name);
    const bytes = readFileSync(file);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, { ...manifest }))).toEqual([]);
  });

  // why esm-only: the packages are ES modules, which `require()` loads on every Node they support. The stricter profiles ask for
  // what only Node 10 and Node 20 need: a CommonJS build of its own.
  test('passes attw, profile esm-only', async () => {
    const attw = join(repository, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const { file, manifest } = tarballOf(name);
    const result = await runScript(attw, [file, '--profile', 'esm-only', '--no-definitely-typed']);
    expect(result).toMatchObject({ status: 0, output: expect.stringContaining(`${name} v${manifest.version}`) });
  }, 60_000);

  test('has a licence, a README and what the sources say, nothing else', () => {
    const { paths } = tarballOf(name);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js']));
    const unexpected = paths.filter(
      (path) =>
        !/^(LICENSE|README\.md|package\.json|src\/.+\.ts|(src|dist)\/payloads\/.+|dist\/.+\.(js|d\.ts)(\.map)?)$/.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(paths.filter((path) => /(^|\/)tests?\/|\.test\.|tsbuildinfo/.test(path))).toEqual([]);
  });

  test('has in dist what is in src, and nothing that is left of an older build', () => {
    const { paths } = tarballOf(name);
    const stems = (pattern: RegExp): string[] =>
      paths.flatMap((path) => {
        const stem = pattern.exec(path)?.[1];
        return stem === undefined ? [] : [stem];
      });
    expect(stems(/^dist\/(.+)\.js$/)).toEqual(stems(/^src\/(.+)\.ts$/));
  });

  test('names no path of the machine it was packed on', () => {
    const tarball = tarballOf(name);
    const places = [repository, homedir(), folder, process.cwd()].filter((place) => place.length > 1);
    const naming = tarball.paths.filter((path) => places.some((place) => contentOf(tarball, path).includes(place)));
    expect(naming).toEqual([]);
  });

  test('says what it is, what it needs and what it exports', () => {
    const { manifest } = tarballOf(name);
    expect(manifest).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      description: expect.stringMatching(/./),
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22.13' },
    });
    for (const [path, target] of Object.entries(manifest.exports ?? {})) {
      if (path === './package.json') continue;
      expect({ path, conditions: Object.keys(Object(target)) }).toEqual({
        path,
        conditions: ['@mediahooks/source', 'types', 'default'],
      });
    }
  });

  test('takes the other packages in the version it was built with', () => {
    for (const [dependency, range] of Object.entries(tarballOf(name).manifest.dependencies ?? {})) {
      const sibling = packages.find(({ manifest }) => manifest.name === dependency);
      if (sibling !== undefined) expect({ dependency, range }).toEqual({ dependency, range: sibling.manifest.version });
    }
  });
});

test.each([
  ['@mediahooks/express', 'express'],
  ['@mediahooks/koa', 'koa'],
  ['@mediahooks/next', 'next'],
])('%s leaves the choice of %s to its user', (name, framework) => {
  const { manifest } = tarballOf(name);
  expect(Object.keys(manifest.peerDependencies ?? {})).toContain(framework);
  expect(Object.keys(manifest.dependencies ?? {})).not.toContain(framework);
});

describe('in an empty project, from the tarballs alone,', () => {
  test.each(allEntryPoints)('%s can be imported and required, and both give the same', async (entryPoint) => {
    const script = join(project, `load-${entryPoint.replaceAll(/[^a-z0-9]/g, '-')}.mjs`);
    writeFileSync(
      script,
      `import { createRequire } from 'node:module';
       const imported = await import('${entryPoint}');
       const required = createRequire(import.meta.url)('${entryPoint}');
       const names = Object.keys(imported).filter((name) => name !== 'module.exports');
       console.log(JSON.stringify({ names, differing: names.filter((name) => imported[name] !== required[name]) }));`,
    );
    const { status, stdout, output } = await runScript(script, [], project);
    expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
    const { names: exported, differing } = JSON.parse(stdout);
    expect(exported.length).toBeGreaterThan(0);
    expect(differing).toEqual([]);
  });

  test('the command runs as npm has installed it', async () => {
    const { version } = tarballOf('mediahooks').manifest;
    const ended = await run('npm', ['exec', '--offline', '--', 'mediahooks', '--version'], project);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 0, stdout: `${version}\n` });
  }, 60_000);

  test('the types of every entry point compile from ES modules and from CommonJS, the declarations themselves included', async () => {
    const lines = (line: (entryPoint: string, index: number) => string): string => allEntryPoints.map(line).join('\n');
    const uses = lines((_, index) => `export type T${index} = typeof m${index};`);
    writeFileSync(join(project, 'all.mts'), `${lines((from, i) => `import * as m${i} from '${from}';`)}\n${uses}\n`);
    writeFileSync(join(project, 'all.cts'), `${lines((from, i) => `import m${i} = require('${from}');`)}\n${uses}\n`);
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', types: ['node'], noEmit: true },
        files: ['all.mts', 'all.cts'],
      }),
    );
    const { output } = await run(process.execPath, [compiler, '-p', project], project);
    // why: what other packages get wrong in their own declarations is theirs.
    const ours = output
      .split('\n')
      .filter((line) => / error TS/.test(line) && !/node_modules\/(?!@mediahooks|mediahooks\/)/.test(line));
    expect(ours).toEqual([]);
  }, 60_000);

  test.each(['express', 'koa'])(
    'examples/%s compiles when it is copied there',
    async (example) => {
      const copy = join(project, example);
      cpSync(join(repository, 'examples', example), copy, {
        recursive: true,
        filter: (source) => !/\/(dist|node_modules|test)$/.test(source),
      });
      expect(await run(process.execPath, [compiler, '-p', copy], copy)).toMatchObject({ status: 0, output: '' });
    },
    60_000,
  );
});
