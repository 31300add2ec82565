import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository, runScript } from './project/run.ts';
import { temporaryFolder } from './project/tarballs.ts';
import { canStartPostgres } from './services/postgres.ts';
import { canStartRedis } from './services/redis.ts';

const bench = join(repository, 'benchmarks', 'dist', 'main.js');
const folder = temporaryFolder('benchmarks');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Written {
  readonly short: boolean;
  readonly figures: readonly { readonly group: string; readonly subject: string; readonly contestant: string }[];
}

const written = (file: string): Written => JSON.parse(readFileSync(file, 'utf8'));

test('the short form of the benchmarks runs each of them once, and judges no time', async () => {
  const file = join(folder, 'all.json');
  const { output, status } = await runScript(bench, ['--short', '--json', file]);
  expect({ status, output }).toMatchObject({
    status: 0,
    output: expect.stringContaining('these figures mean nothing'),
  });
  expect(output).not.toContain('Targets');
  const { figures, short } = written(file);
  expect(short).toBe(true);
  expect([...new Set(figures.map(({ group }) => group))]).toEqual(['core', 'http', 'cold', 'memory', 'types']);
  const verifiers = figures.filter(({ group, subject }) => group === 'core' && subject === '1 KB');
  expect(verifiers.map(({ contestant }) => contestant).sort()).toEqual([
    '@hookflo/tern',
    '@octokit/webhooks',
    'by hand',
    'mediahooks',
    'standardwebhooks',
    'stripe',
    'svix',
  ]);
  // why: it builds an app of Next.js.
}, 300_000);

test('the short form of the benchmarks of inboxes runs each engine that this machine has, and keeps what it answers', async () => {
  const file = join(folder, 'inbox.json');
  const { output, status } = await runScript(bench, ['--suite', 'inbox', '--short', '--json', file]);
  expect({ status, output }).toMatchObject({
    status: 0,
    output: expect.stringContaining('these figures mean nothing'),
  });
  const { figures } = written(file);
  const accepted = (ids: string) =>
    figures
      .filter(({ subject }) => subject === `4 connections${ids}, accepted deliveries per second`)
      .map(({ contestant }) => contestant);
  expect(accepted(', random ids')).toEqual(['no inbox', 'SQLite']);
  expect(accepted('')).toEqual([
    'no inbox',
    'SQLite',
    'SQLite, which also handles',
    ...(canStartPostgres() ? ['PostgreSQL'] : []),
    ...(canStartRedis() ? ['Redis'] : []),
    'bare SQLite insert',
    ...(canStartPostgres() ? ['bare pg-boss send'] : []),
    ...(canStartRedis() ? ['bare BullMQ add'] : []),
  ]);
  const scale = figures.filter(({ group }) => group === 'scale');
  expect([...new Set(scale.map(({ contestant }) => contestant))]).toEqual([
    'an empty file',
    '2,000 handled and 500 pending',
  ]);
  expect(new Set(scale.map(({ subject }) => subject)).size).toBe(4);
}, 180_000);

test('figures that were written before fill the tables of a document, and only those that it measured', async () => {
  const spread = { median: 2, low: 1, high: 3, rounds: 5 };
  const figures = [
    { group: 'http', subject: 'Koa, 32 connections, p50', contestant: 'by hand', unit: 'ms', value: spread },
    {
      group: 'http',
      subject: 'Koa, 32 connections, p50',
      contestant: 'mediahooks',
      unit: 'ms',
      value: spread,
      ratio: spread,
    },
  ];
  const from = join(folder, 'from.json');
  const document = join(folder, 'document.md');
  const empty = (name: string): string => `<!-- figures: ${name} -->\n<!-- end -->\n`;
  writeFileSync(from, JSON.stringify({ machine: 'a machine', short: false, figures }));
  writeFileSync(document, `${empty('machine')}Text.\n${empty('http')}${empty('cold')}`);
  const filled = await runScript(bench, ['--from', from, '--markdown', document]);
  expect(filled).toMatchObject({ status: 0 });
  expect(readFileSync(document, 'utf8')).toBe(
    [
      '<!-- figures: machine -->\n\na machine.\n\n<!-- end -->\nText.\n<!-- figures: http -->\n',
      '|  | p50, ms |',
      '| --- | --- |',
      '| 32 connections: by hand | 2.00 (1.00 to 3.00) |',
      '| 32 connections: mediahooks | 2.00 (1.00 to 3.00) ×2.00 |',
      '',
      `<!-- end -->\n${empty('cold')}`,
    ].join('\n'),
  );
  writeFileSync(document, empty('machine'));
  const placeless = await runScript(bench, ['--from', from, '--markdown', document]);
  expect(placeless).toMatchObject({ status: 1, output: expect.stringContaining('no place "<!-- figures: http -->') });
  writeFileSync(from, JSON.stringify({ machine: 'a machine', short: true, figures }));
  const short = await runScript(bench, ['--from', from, '--markdown', document]);
  expect(short).toMatchObject({ status: 1, output: expect.stringContaining('of a short run mean nothing') });
}, 60_000);

test.each([
  ['benchmarks.md', 'bench', ['machine', 'targets', 'core', 'http', 'cold', 'memory', 'types']],
  ['inbox.md', 'bench:inbox', ['machine', 'targets', 'inbox', 'scale']],
])('docs/%s has a place for all that npm run %s measures', (name, _script, measured) => {
  const page = readFileSync(join(repository, 'docs', name), 'utf8');
  const places = [...page.matchAll(/<!-- figures: (\w+) -->[\s\S]*?<!-- end -->/g)].map(([, place]) => place);
  expect(places).toEqual(measured);
});

test('a contestant that accepts a tampered request fails the run, before anything is timed', async () => {
  const file = join(folder, 'careless.json');
  const careless = join(repository, 'tests', 'benchmarks', 'careless-contestant.js');
  const result = await runScript(bench, ['--short', '--only', 'core', '--add', careless, '--json', file]);
  expect(result).toMatchObject({ status: 1, output: expect.stringContaining('careless accepts a changed body') });
  expect(result.stdout).not.toContain('by hand');
  expect(() => written(file)).toThrow('ENOENT');
}, 60_000);

test('a group that does not exist is refused, and those that do are named', async () => {
  const result = await runScript(bench, ['--only', 'nothing']);
  expect(result).toMatchObject({
    status: 1,
    output: expect.stringContaining('core, http, cold, memory, types, inbox, scale'),
  });
}, 60_000);

test('the short form of the benchmark of the console fetches each of its pages, and receives while one is open', async () => {
  const file = join(folder, 'console.json');
  const { output, status } = await runScript(bench, ['--suite', 'console', '--short', '--json', file]);
  expect({ status, output }).toMatchObject({
    status: 0,
    output: expect.stringContaining('these figures mean nothing'),
  });
  const { figures } = written(file);
  expect([...new Set(figures.map(({ subject }) => subject))]).toEqual([
    'first page',
    'page of one source and outcome',
    'page of one type',
    '500th page',
    '2 connections, accepted deliveries per second',
    "2 connections, the receiver's CPU time for one delivery",
  ]);
}, 60_000);
