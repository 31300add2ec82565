import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from './project/run.ts';
import { pages } from './project/snippets.ts';

/** Links and images of a page that lead into the repository, without what stands in code. */
const linksOf = (markdown: string): string[] => {
  const text = markdown.replaceAll(/^( *)(`{3,})[\s\S]*?^ *\2$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => (/^[a-z]+:/.test(target) ? [] : [target]));
};

/** The anchors that a page's headings have. */
const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const read = (path: string): string => readFileSync(path, 'utf8');

describe('every link within the repository leads somewhere:', () => {
  test.each(pages())('%s', (page) => {
    const file = join(repository, page);
    const dead = linksOf(read(file)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

test('a dead link is found, and one in code is not taken for one', () => {
  expect(linksOf('See [a](b.md), `[c](d.md)` and [e](https://example.com).\n```\n[f](g.md)\n```\n')).toEqual(['b.md']);
  expect(anchorsOf('# One: two `three`\n')).toEqual(new Set(['one-two-three']));
});
