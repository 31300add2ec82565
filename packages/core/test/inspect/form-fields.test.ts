import { fieldsNamed, isNamed } from '../../src/inspect/form-fields.ts';

test.each([
  ['token', 'token'],
  ['Token', 'token'],
  ['%74oken', 'token'],
  ['%74%4F%4b%65%6e', 'token'],
  ['+token+', 'token'],
  ['%20token', 'token'],
  ['a+token', 'token'],
  ['%5Btoken%5D', 'token'],
  ['user[token][]', 'token'],
  ['token[0]', 'token'],
  ['user%5Btoken%5D%5Ba+b%5D', 'token'],
  ['next[/?token]', 'token'],
  ['%zztoken', 'zztoken'],
  ['%token', 'token'],
])('the name %j says %j', (written, name) => {
  expect(isNamed(written, new Set([name]))).toBe(true);
});

test.each(['', '%ff', 'tokens', 'my.token', 'token?a', 'token/list', '[tokens][0]'])(
  'the name %j does not say "token"',
  (written) => {
    expect(isNamed(written, new Set(['token']))).toBe(false);
  },
);

test.each([
  ['a=1&%74oken=x&b=2', ['x']],
  ['token=a=b==&token=', ['a=b==', '']],
  ['(token=x) {token=y} "token=z"', ['x)', 'y}', 'z']],
  ['next=/?token=x', ['x']],
  ['token[0]=x&token%5Bkey%5D=y&b[token][]=z', ['x', 'y', 'z']],
  ['[a]=token=x', ['x']],
  ['tokens=x&my-token=y&a.token=z', []],
])('of %j the values %j are those of the name', (text, values) => {
  const found = fieldsNamed(text, new Set(['token']));
  expect(found.map(({ from, to }) => text.slice(from, to))).toEqual(values);
});

test.each(['a'.repeat(4_000_000), 'a='.repeat(500_000), '%61='.repeat(250_000), 'token=&'.repeat(150_000)])(
  'a long text is read once',
  (text) => {
    const begun = performance.now();
    fieldsNamed(text, new Set(['token']));
    expect(performance.now() - begun).toBeLessThan(3000);
  },
);
