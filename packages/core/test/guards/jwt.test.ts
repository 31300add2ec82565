import { type JwtOptions, jwt, rejection } from '@mediahooks/core';
import { delivery } from './delivery.ts';

/** Judges a header; gives the code and the tokens that were shown to `verify`. */
const judge = async (value: string | undefined, options: Partial<JwtOptions> = {}, name = 'authorization') => {
  const shown: string[] = [];
  const guard = jwt({
    verify: async (token) => {
      shown.push(token);
      if (token !== 'good.token') throw new Error(`bad ${token}`);
    },
    ...options,
  });
  const { refused } = await guard.check(delivery(value === undefined ? [] : [name, value]));
  return [refused?.code ?? 'passed', ...shown];
};

describe('in the Authorization header', () => {
  test.each([
    ['Bearer good.token', ['passed', 'good.token']],
    ['bearer good.token', ['passed', 'good.token']],
    ['BEARER   good.token', ['passed', 'good.token']],
    ['Bearer bad.token', ['credential-invalid', 'bad.token']],
    ['Bearer', ['credential-invalid']],
    ['Bearer ', ['credential-invalid']],
    ['good.token', ['credential-invalid']],
    ['Basic good.token', ['credential-invalid']],
    ['Bearergood.token', ['credential-invalid']],
    ['Bearer good.token, Bearer good.token', ['credential-invalid']],
    ['Bearer good.token bad.token', ['credential-invalid']],
    [' Bearer good.token', ['credential-invalid']],
    ['', ['credential-missing']],
    [undefined, ['credential-missing']],
  ])('%j', async (value, expected) => {
    expect(await judge(value)).toEqual(expected);
  });
});

describe('in a header of its own', () => {
  const options = { header: 'X-Token' };
  test.each([
    ['good.token', ['passed', 'good.token']],
    ['Bearer good.token', ['credential-invalid']],
    ['good.token, good.token', ['credential-invalid']],
  ])('%j has no scheme unless one is configured', async (value, expected) => {
    expect(await judge(value, options, 'x-token')).toEqual(expected);
  });

  test('a scheme is taken literally', async () => {
    expect(await judge('a.b good.token', { ...options, scheme: 'a.b' }, 'x-token')).toEqual(['passed', 'good.token']);
    expect(await judge('aXb good.token', { ...options, scheme: 'a.b' }, 'x-token')).toEqual(['credential-invalid']);
  });
});

test('a verify that says false, where it should reject, lets nothing in', async () => {
  expect(await judge('Bearer good.token', { verify: async () => false })).toEqual(['credential-invalid']);
  expect(await judge('Bearer good.token', { verify: async () => ({ sub: 'a' }) })).toEqual(['passed']);
});

describe('what a rejection of verify means', () => {
  const explain = (error: unknown) =>
    error instanceof RangeError
      ? rejection('credential-expired', 'Expired.')
      : rejection('key-set-unavailable', 'No keys.', 7);

  test('is told by explain', async () => {
    const expired = jwt({ verify: () => Promise.reject(new RangeError()), explain });
    const offline = jwt({ verify: () => Promise.reject(new Error()), explain });
    const given = delivery(['authorization', 'Bearer good.token']);
    expect(await expired.check(given)).toEqual({ refused: { code: 'credential-expired', hint: 'Expired.' } });
    expect(await offline.check(given)).toEqual({
      refused: { code: 'key-set-unavailable', hint: 'No keys.', retryAfterSeconds: 7 },
    });
  });

  test('is credential-invalid by default, also where verify throws at once', async () => {
    const throwing = () => {
      throw new Error('at once');
    };
    expect(await judge('Bearer good.token', { verify: throwing })).toEqual(['credential-invalid']);
  });
});

test('a header of a hundred thousand characters is judged at once', async () => {
  const startedAt = performance.now();
  await judge(`Bearer ${' '.repeat(100_000)}`);
  await judge(`Bearer ${'a '.repeat(50_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('is not made without verify', () => {
  expect(() => Reflect.apply(jwt, undefined, [{}])).toThrow(expect.objectContaining({ code: 'option-invalid' }));
});
