import { decodeText, encodeText, lookupKey } from '../src/text.ts';

test.each([
  ['plain é 🎬', 'plain é 🎬'],
  ['a\u0000b', 'a\\u0000b'],
  ['back\\slash', 'back\\\\slash'],
  ['\\u0000', '\\\\u0000'],
  ['half \ud83d end', 'half \\ud83d end'],
  ['', ''],
])('keeps %j, as %j', (value, encoded) => {
  expect(encodeText(value)).toBe(encoded);
  expect(decodeText(encoded)).toBe(value);
});

test('looks values up by themselves as long as an index takes them, and by their hash beyond', () => {
  expect(lookupKey('x'.repeat(500))).toBe('x'.repeat(500));
  // Known answer: printf 'x%.0s' $(seq 501) | sha256sum
  expect(lookupKey('x'.repeat(501))).toBe('sha256:3ac31d30e2ef713a7d4803d2923982618af0bfb6488e67e2bcb9d0050f24d56a');
  expect(lookupKey(`${'x'.repeat(501)}y`)).not.toBe(lookupKey(`${'x'.repeat(501)}z`));
});
