import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './project/run.ts';
import { compileSnippets, pages, placeOf, snippetsOf } from './project/snippets.ts';

const snippets = pages().flatMap((page) => snippetsOf(page, readFileSync(join(repository, page), 'utf8')));
const compiled = snippets.filter(({ ignored }) => ignored === undefined);

/** Snippets that must not compile stand in a page of their own, so that the test is seen to notice. */
const broken = snippetsOf(
  'broken.md',
  [
    'A page whose second snippet is wrong.',
    '```ts',
    '// webhooks.ts',
    "export const name: string = 'ignite';",
    '```',
    '```ts',
    "import { name } from './webhooks.ts';",
    '',
    'export const length: string = name.length;',
    '```',
  ].join('\n'),
);

let problems: ReadonlyMap<string, readonly string[]> = new Map();

beforeAll(async () => {
  problems = await compileSnippets([...compiled, ...broken]);
}, 120_000);

describe('every TypeScript snippet compiles:', () => {
  test.each(compiled.map(placeOf))('%s', (place) => {
    expect(problems.get(place) ?? []).toEqual([]);
  });
});

test('the README and every package show TypeScript', () => {
  const withSnippets = new Set(compiled.map(({ page }) => page));
  expect([...withSnippets]).toEqual(expect.arrayContaining(['README.md', 'packages/express/README.md']));
});

test('the README leaves no snippet out: what it shows is what is tried first', () => {
  expect(snippets.filter(({ page, ignored }) => page === 'README.md' && ignored !== undefined)).toEqual([]);
});

test('the compiler complains of nothing outside the snippets', () => {
  expect(problems.get('') ?? []).toEqual([]);
});

test('a snippet that does not compile is named by page and line, and one beside it that does is not', () => {
  expect(problems.get('broken.md:3')).toBeUndefined();
  expect(problems.get('broken.md:7')).toEqual([expect.stringMatching(/^broken\.md:9: error TS2322: /)]);
});

test('a fence may be left out only with a reason', () => {
  expect(() => snippetsOf('page.md', '```ts ignore\n```')).toThrow('page.md:1');
  expect(() => snippetsOf('page.md', '```ts ignore: \n```')).toThrow('page.md:1');
  expect(snippetsOf('page.md', '```ts ignore: pseudo code\nx\n```')).toEqual([
    { page: 'page.md', line: 2, code: 'x', ignored: 'pseudo code' },
  ]);
});

test('a fence that is not closed is an error, not the end of the page', () => {
  expect(() => snippetsOf('page.md', 'text\n```ts\nconst x = 1;')).toThrow('page.md:2');
});
