import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createSettledKeys } from '../src/settled-keys.ts';

const digestOf = (key: string): string => createHash('sha256').update(key).digest().toString('latin1');

/** The same by plain means: a list of all deliveries that are remembered. */
const createModel = (maxDeliveries: number) => {
  const deliveries: { readonly digests: readonly string[]; readonly expiresAt: number }[] = [];
  return {
    add(digests: readonly string[], expiresAt: number) {
      if (digests.length === 0) return;
      deliveries.push({ digests, expiresAt });
      if (deliveries.length > maxDeliveries) deliveries.shift();
    },
    has: (digest: string, now: number) =>
      deliveries.some(({ digests, expiresAt }) => digests.includes(digest) && expiresAt > now),
  };
};

test('a key is known until it expires, and not a millisecond longer', () => {
  const keys = createSettledKeys(10);
  keys.add([digestOf('a')], 1000);
  expect(keys.has(digestOf('a'), 999)).toBe(true);
  expect(keys.has(digestOf('a'), 1000)).toBe(false);
  expect(keys.has(digestOf('b'), 0)).toBe(false);
});

test('a key of several deliveries is known until the last of them is forgotten', () => {
  const keys = createSettledKeys(2);
  keys.add([digestOf('a')], 1000);
  keys.add([digestOf('a')], 2000);
  expect(keys.has(digestOf('a'), 1500)).toBe(true);
  keys.add([digestOf('b')], 3000);
  expect(keys.has(digestOf('a'), 1500)).toBe(true);
  keys.add([digestOf('c')], 3000);
  expect(keys.has(digestOf('a'), 0)).toBe(false);
});

test('deliveries are counted, not keys, and forgotten whole', () => {
  const keys = createSettledKeys(2);
  const many = Array.from({ length: 500 }, (_, index) => digestOf(`many ${index}`));
  keys.add(many, 1000);
  keys.add([digestOf('b')], 1000);
  expect(many.every((digest) => keys.has(digest, 0))).toBe(true);
  keys.add([], 1000);
  expect(many.every((digest) => keys.has(digest, 0))).toBe(true);
  keys.add([digestOf('c')], 1000);
  expect(many.some((digest) => keys.has(digest, 0))).toBe(false);
  expect(keys.has(digestOf('b'), 0)).toBe(true);
});

test('keys that agree in a part of their digests are not taken for each other', () => {
  const keys = createSettledKeys(1000);
  const same = '\u00ff'.repeat(16);
  const others = Array.from({ length: 16 }, (_, index) => `${same.slice(0, index)}\u007f${same.slice(index + 1)}`);
  keys.add([same], 1000);
  for (const other of others) expect(keys.has(other, 0)).toBe(false);
  for (const other of others) keys.add([other], 1000);
  expect(others.every((other) => keys.has(other, 0))).toBe(true);
  expect(keys.has(same, 0)).toBe(true);
  // What is in one bucket with it is found from its end too, where the oldest is forgotten.
  expect(keys.has(`${same.slice(0, 15)}\u0000`, 0)).toBe(false);
});

test('it remembers what a plain list would, however many come and go', () => {
  const delivery = fc.record({
    // why: few different keys, so that they come again; of some only the first word differs or is the same.
    keys: fc.array(fc.nat(30), { maxLength: 4 }),
    expiresAt: fc.nat(50),
  });
  const sameBucket = (key: number): string =>
    key % 3 === 0 ? `\u0001\u0002\u0003\u0004${digestOf(String(key)).slice(4)}` : digestOf(String(key));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(delivery, { maxLength: 400 }), (max, deliveries) => {
      const keys = createSettledKeys(max);
      const model = createModel(max);
      for (const { keys: own, expiresAt } of deliveries) {
        const digests = own.map(sameBucket);
        keys.add(digests, expiresAt);
        model.add(digests, expiresAt);
      }
      for (let key = 0; key <= 31; key += 1) {
        for (const now of [0, 10, 25, 49]) {
          expect([key, now, keys.has(sameBucket(key), now)]).toEqual([key, now, model.has(sameBucket(key), now)]);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('of a hundred thousand deliveries the last ten thousand are known', () => {
  const keys = createSettledKeys(10_000);
  const keysOf = (delivery: number): readonly string[] => [digestOf(`id ${delivery}`), digestOf(`signed ${delivery}`)];
  for (let delivery = 0; delivery < 100_000; delivery += 1) keys.add(keysOf(delivery), 1);
  const known = (delivery: number): readonly boolean[] => keysOf(delivery).map((digest) => keys.has(digest, 0));
  for (let delivery = 0; delivery < 90_000; delivery += 100) expect(known(delivery)).toEqual([false, false]);
  for (let delivery = 90_000; delivery < 100_000; delivery += 10) expect(known(delivery)).toEqual([true, true]);
});

test('where there is no memory for more, it keeps what it has, and forgets that as ever', () => {
  const arrays = { Float64Array: globalThis.Float64Array, Int32Array: globalThis.Int32Array };
  const refused = (): never => {
    throw new RangeError('Array buffer allocation failed');
  };
  for (const refusedFrom of [1, 2, 3, 4]) {
    const keys = createSettledKeys(100);
    const known = Array.from({ length: 64 }, (_, index) => digestOf(`known ${index}`));
    for (let index = 0; index < 64; index += 2) keys.add(known.slice(index, index + 2), 1000);
    let made = 0;
    const scarce = {
      construct: (array: Float64ArrayConstructor | Int32ArrayConstructor, of: unknown[]) =>
        ++made >= refusedFrom ? refused() : Reflect.construct(array, of),
    };
    globalThis.Int32Array = new Proxy<Int32ArrayConstructor>(arrays.Int32Array, scarce);
    globalThis.Float64Array = new Proxy<Float64ArrayConstructor>(arrays.Float64Array, scarce);
    try {
      expect(() => keys.add([digestOf('one'), digestOf('more')], 1000)).toThrow(RangeError);
    } finally {
      Object.assign(globalThis, arrays);
    }
    expect(known.every((digest) => keys.has(digest, 0))).toBe(true);
    expect(keys.has(digestOf('one'), 0)).toBe(false);
    for (let index = 0; index < 100; index += 1) keys.add([digestOf(`later ${index}`)], 1000);
    expect(known.some((digest) => keys.has(digest, 0))).toBe(false);
    expect(keys.has(digestOf('later 0'), 0)).toBe(true);
  }
});
