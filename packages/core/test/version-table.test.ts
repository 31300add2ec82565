import fc from 'fast-check';
import { createVersionTable } from '../src/version-table.ts';

/** The same by plain means: a map keeps the order in which its entries were set. */
const createModel = (maxEntries: number) => {
  const entries = new Map<string, number>();
  return {
    get: (subject: string) => entries.get(subject),
    set(subject: string, version: number) {
      entries.delete(subject);
      entries.set(subject, version);
      const [oldest = ''] = entries.keys();
      if (entries.size > maxEntries) entries.delete(oldest);
    },
    delete: (subject: string) => void entries.delete(subject),
  };
};

test('gives the version that was set last', () => {
  const versions = createVersionTable(10);
  expect(versions.get('video:1')).toBeUndefined();
  expect(versions.set('video:1', 1_705_314_600_000)).toBe(true);
  expect(versions.get('video:1')).toBe(1_705_314_600_000);
  versions.set('video:1', 0.5);
  expect(versions.get('video:1')).toBe(0.5);
  versions.delete('video:1');
  expect(versions.get('video:1')).toBeUndefined();
});

test('forgets the one that was set longest ago', () => {
  const versions = createVersionTable(2);
  versions.set('a', 1);
  versions.set('b', 2);
  versions.set('a', 3);
  versions.set('c', 4);
  expect(['a', 'b', 'c'].map(versions.get)).toEqual([3, undefined, 4]);
});

test('has a place for 64 characters of one byte, and says so of what it has none for', () => {
  const versions = createVersionTable(10);
  const longest = 'é'.repeat(64);
  expect(versions.set(longest, 1)).toBe(true);
  expect(versions.get(longest)).toBe(1);
  expect(versions.set('', 2)).toBe(true);
  expect(versions.get('')).toBe(2);
  for (const subject of [`${longest}x`, 'video:\u0100', 'video:\u{1f3a5}']) {
    expect(versions.set(subject, 3)).toBe(false);
    expect(versions.get(subject)).toBeUndefined();
    versions.delete(subject);
  }
  expect(versions.get(longest)).toBe(1);
});

test('takes no subject for another: one that goes on, begins later, or differs in one character', () => {
  const versions = createVersionTable(1000);
  const subject = 'video:507f1f77bcf86cd799439011';
  versions.set(subject, 1);
  const others = Array.from(subject, (_, index) => `${subject.slice(0, index)}~${subject.slice(index + 1)}`);
  for (const other of [...others, subject.slice(1), subject.slice(0, -1), `${subject}0`, `${subject}\0`, '\0']) {
    expect(versions.get(other)).toBeUndefined();
    versions.set(other, 2);
  }
  expect(versions.get(subject)).toBe(1);
});

test('is what a map would be, whatever is set and deleted', () => {
  const subject = fc.integer({ min: 0, max: 200 }).map((number) => `video:${number}`);
  const step = fc.oneof(
    fc.record({ subject, version: fc.double({ noNaN: true }) }),
    fc.record({ subject, version: fc.constant(undefined) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.array(step, { maxLength: 600 }), (maxEntries, steps) => {
      const versions = createVersionTable(maxEntries);
      const model = createModel(maxEntries);
      for (const { subject, version } of steps) {
        if (version === undefined) {
          versions.delete(subject);
          model.delete(subject);
        } else {
          versions.set(subject, version);
          model.set(subject, version);
        }
        expect(versions.get(subject)).toBe(model.get(subject));
      }
      for (let number = 0; number <= 200; number += 1) {
        expect(versions.get(`video:${number}`)).toBe(model.get(`video:${number}`));
      }
    }),
    { numRuns: 60 },
  );
});

test('holds the newest ten thousand of a hundred thousand', () => {
  const versions = createVersionTable(10_000);
  for (let number = 0; number < 100_000; number += 1) versions.set(`video:${number}`, number);
  expect(versions.get('video:89999')).toBeUndefined();
  for (let number = 90_000; number < 100_000; number += 1) {
    if (versions.get(`video:${number}`) !== number) throw new Error(`${number} is not there.`);
  }
});
