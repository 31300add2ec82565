import { filterQuery, readFilter } from '../src/filter.ts';

const read = (query: string) => readFilter(new URLSearchParams(query));

test('an outcome is one of a delivery or of its events', () => {
  expect(read('outcome=rejected').filter).toEqual({ outcome: 'rejected' });
  expect(read('outcome=dead').filter).toEqual({ status: 'dead' });
});

test('times are in UTC, with minutes, seconds or a day alone', () => {
  expect(read('from=2026-01-31T14:05&until=2026-02-01').filter).toEqual({
    from: Date.UTC(2026, 0, 31, 14, 5),
    until: Date.UTC(2026, 1, 1),
  });
});

test.each([
  'outcome=gone',
  'from=yesterday',
  'from=2026-13-01T00:00',
  'until=1767225600000',
  'until=2026-01-01T00:00Z',
])('%s is a mistake, and filters nothing', (query) => {
  expect(read(query)).toMatchObject({ filter: {}, mistakes: [expect.any(String)] });
});

test('what is empty, and what is no filter, is left out', () => {
  expect(read('source=&type=%20&cursor=7&page=2').fields.size).toBe(0);
});

test('a filter goes into an address and comes back', () => {
  const query =
    'outcome=dead&source=ignite&type=video.updated&text=12%3A&subject=ignite+video%3A%C3%A4%26&from=2026-01-01T00%3A00';
  const { fields, filter } = read(query);
  const again = readFilter(new URLSearchParams(filterQuery(fields)));
  expect(again.filter).toEqual(filter);
  expect(filterQuery(fields, { cursor: '7', none: undefined })).toBe(`?${query}&cursor=7`);
  expect(filterQuery(new Map())).toBe('');
});
