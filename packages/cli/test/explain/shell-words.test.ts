import { execFileSync } from 'node:child_process';
import { shellWords } from '../../src/explain/shell-words.ts';

/** What bash makes of it, byte by byte. */
const byBash = (text: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${text}`], { encoding: 'latin1' })
    .split('\0')
    .slice(0, -1);

const binary = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test.each([
  String.raw`curl -H 'a: b' "c d" e\ f`,
  String.raw`'it'\''s' "say \"hi\" \\ \n \z"`,
  String.raw`$'tab\there \x41\102 \u00fc \U0001F600 it\'s \\ \q'`,
  'a \\\n  b \\\n  "c\\\nd"',
  `'line\nbreak' "and\nanother"`,
  `'' "" x''y`,
  `--data-raw '{"title":"ü 😀 \\u00fc","n":1}'`,
])('takes %j apart as bash does', (text) => {
  // why: in the C locale bash writes \u00fc as it stands.
  process.env.LC_ALL = 'C.UTF-8';
  expect(shellWords(binary(text)).words).toEqual(byBash(text));
});

test('says where a shell would have replaced something, and replaces nothing', () => {
  expect(shellWords('a "$TOKEN" $(id)')).toEqual({ words: ['a', '$TOKEN', '$(id)'], hasVariables: true });
  expect(shellWords(String.raw`'$TOKEN' "\$TOKEN" costs 5$`)).toEqual({
    words: ['$TOKEN', '$TOKEN', 'costs', '5$'],
    hasVariables: false,
  });
});

test('refuses a quotation mark that is not closed', () => {
  expect(() => shellWords("curl 'http://x")).toThrow('not closed');
});
