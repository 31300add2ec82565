import { changesBetween } from '../src/html/changes.ts';

test('names each field whose value differs, is new or is gone, by its path', () => {
  const before = { id: 1, status: 'PROCESSING', src: { hls: [{ name: '720p' }] }, tags: [] };
  const after = { id: 1, status: 'COMPLETE', src: { hls: [{ name: '720p' }, { name: '1080p' }] }, tags: ['a'] };
  expect(changesBetween(before, after)).toEqual({
    changes: [
      { path: 'status', before: '"PROCESSING"', after: '"COMPLETE"' },
      { path: 'tags', before: '[]', after: undefined },
      { path: 'src.hls.1.name', before: undefined, after: '"1080p"' },
      { path: 'tags.0', before: undefined, after: '"a"' },
    ],
    same: 2,
    isCut: false,
  });
});

test('tells a number from a text, and null from nothing', () => {
  const { changes } = changesBetween({ a: 1, b: null, c: '' }, { a: '1', c: null });
  expect(changes).toEqual([
    { path: 'a', before: '1', after: '"1"' },
    { path: 'b', before: 'null', after: undefined },
    { path: 'c', before: '""', after: 'null' },
  ]);
});

test('finds nothing between equal payloads, whatever the order of their fields', () => {
  expect(changesBetween({ a: 1, b: [2] }, { b: [2], a: 1 })).toEqual({ changes: [], same: 2, isCut: false });
});

test('says when there is more than it looks at', () => {
  const many = Array.from({ length: 6000 }, (_, index) => index);
  expect(changesBetween(many, many)).toMatchObject({ changes: [], isCut: true });
});
