import { bodyJson, isSameJson } from '../src/body-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['{"a":1}', { a: 1 }],
  ['[1, 2]', [1, 2]],
  ['{', undefined],
  ['', undefined],
  ['"text"', undefined],
  [' {}', undefined],
  ['\ufeff{}', undefined],
])('of the body %j there is %j', (text, value) => {
  expect(bodyJson(bytes(text))).toEqual(value);
});

test('bytes that are no text are no JSON', () => {
  expect(bodyJson(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeUndefined();
});

class Money {
  readonly amount = 1;
}

const cases: readonly [title: string, value: unknown, json: string, same: boolean][] = [
  ['names in another order', { b: 1, a: 2 }, '{"a":2,"b":1}', true],
  ['what JSON leaves out', { a: 1, b: undefined }, '{"a":1}', true],
  ['a field that is missing', {}, '{"a":1}', false],
  ['a field that is there as nothing', { a: undefined }, '{"a":1}', false],
  ['a number too large for JSON', { a: Number.POSITIVE_INFINITY }, '{"a":1e400}', false],
  ['a zero with a sign', { a: -0 }, '{"a":-0}', false],
  ['a zero', { a: 0 }, '{"a":0}', true],
  ['a field more', { a: 1, b: 2 }, '{"a":1}', false],
  ['another value', { a: 1 }, '{"a":2}', false],
  ['another type', { a: '1' }, '{"a":1}', false],
  ['a list for an object', { a: [] }, '{"a":{}}', false],
  ['an object for a list', { a: { 0: 1, length: 1 } }, '{"a":[1]}', false],
  ['a longer list', [1, 2, 3], '[1,2]', false],
  ['a list with a hole', Object.assign(new Array<unknown>(1), {}), '[null]', false],
  ['null for an object', { a: null }, '{"a":{}}', false],
  ['an object for null', { a: {} }, '{"a":null}', false],
  ['what has a JSON of its own', { a: new Date(0) }, '{"a":{}}', false],
  ['an instance of a class', new Money(), '{"amount":1}', false],
  ['a method that makes JSON', { a: 1, toJSON: () => ({ a: 2 }) }, '{"a":1}', false],
  ['an inherited name', {}, '{"constructor":{}}', false],
  ['a field called like the prototype', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}', true],
  ['the prototype for a field called like it', {}, '{"__proto__":{}}', false],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}', true],
];

test.each(cases)('%s', (_title, value, json, same) => {
  expect(isSameJson(value, JSON.parse(json))).toBe(same);
});

describe('values made by chance', () => {
  /** A generator of its own, so that a failure can be repeated (Lehmer, with the multiplier of MINSTD). */
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const make = (depth: number): unknown => {
    const kind = next(depth > 0 ? 7 : 5);
    if (kind < 5) return [null, true, next(3), 'ab'.slice(next(2)), -0.5][kind];
    const size = next(4);
    if (kind === 5) return Array.from({ length: size }, () => make(depth - 1));
    return Object.fromEntries(Array.from({ length: size }, () => ['abcd'[next(4)], make(depth - 1)]));
  };
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_name, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    );
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, part]): [string, unknown] => [name, shuffled(part)])
        .reverse(),
    );
  };

  test('are the same where their JSON with sorted names is', () => {
    let equal = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const one = make(3);
      const other = next(2) === 0 ? shuffled(one) : make(3);
      const same = sorted(one) === sorted(other);
      if (same) equal += 1;
      if (isSameJson(one, JSON.parse(JSON.stringify(other))) !== same) {
        throw new Error(`${sorted(one)} and ${sorted(other)}: ${same}`);
      }
    }
    expect(equal).toBeGreaterThan(5000);
    expect(equal).toBeLessThan(19_000);
  });
});
