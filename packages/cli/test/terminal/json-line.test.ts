import { jsonLine } from '../../src/terminal/json-line.ts';

test.each([
  ['C0 and DEL', '\u001b[2J\u0007\u007f'],
  ['C1, of which one begins a sequence like ESC [', '\u009b31m\u009d0;title\u009c'],
  ['marks that turn the direction of writing', '\u202e\u2066\u200f'],
  ['what is not seen, within the plane and beyond', '\u200b\ufeff\u{e0041}\u{f0000}'],
  ['line separators', '\u2028\u2029'],
])('holds no %s, and says the same', (_name, text) => {
  const line = jsonLine({ [text]: text });
  expect(line).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line)).toEqual({ [text]: text });
});

test('letters of any script stay as they are', () => {
  expect(jsonLine(['Grüße', '日本', '🎬'])).toBe('["Grüße","日本","🎬"]');
});
