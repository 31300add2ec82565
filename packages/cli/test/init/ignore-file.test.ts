import { ignoreFile, linesMissingIn } from '../../src/init/ignore-file.ts';

const kept = ignoreFile();

test.each([
  ['blanks', `a${' '.repeat(1_000_000)}b`],
  ['stars', '*a'.repeat(1_000_000)],
  ['many of them', `${'*?'.repeat(60)}!\n`.repeat(2000)],
])('a .gitignore that is made to keep its reader busy, of %s, is read all the same', (_what, line) => {
  expect(linesMissingIn(kept)).toEqual([]);
  expect(linesMissingIn(`${line}\n${kept}${line}\n`)).toEqual([]);
  expect(linesMissingIn(line)).toEqual(['.env', '.mediahooks.env', 'mediahooks.db*', 'mediahooks-listen.db*']);
});
