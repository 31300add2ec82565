import { ConfigurationError, headerToken, hmac, payloadToken, readSecrets, urlToken } from '@mediahooks/core';

const origin = { owner: 'ignite', option: 'secret', variable: 'MEDIAHOOKS_IGNITE_SECRET' };

const guards: Record<string, (secret: unknown) => unknown> = {
  hmac: (secret) => Reflect.apply(hmac, undefined, [{ header: 'x', secret, origin }]),
  headerToken: (token) => Reflect.apply(headerToken, undefined, [{ header: 'x', token, origin }]),
  urlToken: (token) => Reflect.apply(urlToken, undefined, [{ token, origin }]),
  payloadToken: (token) => Reflect.apply(payloadToken, undefined, [{ field: 'f', token, origin }]),
  readSecrets: (secret) => readSecrets(secret, origin),
};

describe.each(Object.keys(guards))('%s', (name) => {
  const make = (secret: unknown) => () => guards[name]?.(secret);

  test.each([
    ['undefined', undefined, 'secret-missing'],
    ['null', null, 'secret-missing'],
    ['an empty list', [], 'secret-missing'],
    ['a list with a gap', ['good', undefined], 'secret-missing'],
    ['the text that a template makes of undefined', 'undefined', 'secret-missing'],
    ['the text that a template makes of null', ['good', 'null'], 'secret-missing'],
    ['empty', '', 'secret-empty'],
    ['blank', '   ', 'secret-empty'],
    ['a line end', '\n', 'secret-empty'],
    ['a no-break space', '\u00a0', 'secret-empty'],
    ['a list with an empty one', ['good', ''], 'secret-empty'],
  ])('is not made with a secret that is %s: the error names option and variable', (_what, secret, code) => {
    expect(make(secret)).toThrow(ConfigurationError);
    expect(make(secret)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(/^ignite: option "secret".*MEDIAHOOKS_IGNITE_SECRET/),
      }),
    );
  });

  test.each([
    ['a number', 12345],
    ['true', true],
    ['an object', { secret: 'x' }],
    ['bytes', new Uint8Array([1, 2])],
    ['a list in a list', [['x']]],
  ])('is not made with a secret that is %s', (_what, secret) => {
    expect(make(secret)).toThrow(
      expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining('ignite: option "secret"') }),
    );
  });

  test('is made with one secret, or several', () => {
    expect(make('one')).not.toThrow();
    expect(make(['one', 'two'])).not.toThrow();
  });
});

test('an error names no variable where there is none', () => {
  expect(() => readSecrets('', { owner: 'mine', option: 'key' })).toThrow(
    expect.objectContaining({ message: 'mine: option "key" is empty or blank.' }),
  );
});
