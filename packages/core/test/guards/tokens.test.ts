import { type Delivery, headerToken, payloadToken, urlToken } from '@mediahooks/core';
import { delivery } from './delivery.ts';

const token = 'tok_s3cret+/=';

describe('headerToken', () => {
  const guard = headerToken({ header: 'X-Streams-Token', token: [token, 'previous'] });
  test.each([
    ['the token', ['x-streams-token', token], undefined],
    ['the token of before, in a header of another case', ['X-STREAMS-TOKEN', 'previous'], undefined],
    ['no header', [], 'credential-missing'],
    ['an empty header', ['x-streams-token', ''], 'credential-missing'],
    ['another token', ['x-streams-token', 'tok_s3cret+/-'], 'credential-invalid'],
    ['the token in another case', ['x-streams-token', token.toUpperCase()], 'credential-invalid'],
    ['the beginning of the token', ['x-streams-token', token.slice(0, -1)], 'credential-invalid'],
    ['the token and more', ['x-streams-token', `${token} `], 'credential-invalid'],
    ['the token twice, as fetch joins it', ['x-streams-token', `${token}, ${token}`], 'credential-invalid'],
    ['both tokens', ['x-streams-token', `${token},previous`], 'credential-invalid'],
    ['the token in another header', ['authorization', token], 'credential-missing'],
  ])('given %s', async (_what, headers, code) => {
    const { refused } = await guard.check(delivery(headers));
    expect(refused?.code).toBe(code);
    expect(refused?.hint ?? '').not.toContain('tok_s3cret');
  });

  test('hides its header and takes its tokens out of texts, as they are and as URLs carry them', () => {
    expect(guard.places).toEqual({ headers: ['x-streams-token'] });
    expect(guard.scrub?.(`a ${token} b ${encodeURIComponent(token)} c previous`)).toBe(
      'a [redacted] b [redacted] c [redacted]',
    );
  });

  test('leaves nothing behind of a secret that begins like another', () => {
    expect(headerToken({ header: 'x', token: ['abc', 'abcdef'] }).scrub?.('abcdef abc')).toBe('[redacted] [redacted]');
  });
});

describe('urlToken', () => {
  const guard = urlToken({ token: [token, 'previous'] });
  const sent = (query: string, pathToken?: string): Delivery =>
    delivery([], '', { query: new URLSearchParams(query), pathToken });
  const encoded = encodeURIComponent(token);
  test.each([
    ['in the query', sent(`token=${encoded}`), undefined],
    ['in the query among others', sent(`a=1&token=previous&b=2`), undefined],
    ['in the path', sent('', token), undefined],
    ['in both', sent(`token=${encoded}`, token), 'credential-invalid'],
    ['twice in the query', sent(`token=${encoded}&token=${encoded}`), 'credential-invalid'],
    ['nowhere', sent(''), 'credential-missing'],
    ['empty in the query', sent('token='), 'credential-missing'],
    ['under another name', sent(`key=${encoded}`), 'credential-missing'],
    ['under a name of another case', sent(`Token=${encoded}`), 'credential-missing'],
    ['wrong in the query', sent('token=tok_s3cret'), 'credential-invalid'],
    ['wrong in the path', sent('', 'tok_s3cret'), 'credential-invalid'],
    ['with its plus signs unencoded', sent(`token=${token}`), 'credential-invalid'],
    ['wrong in the path and right in the query', sent(`token=${encoded}`, 'x'), 'credential-invalid'],
  ])('%s', async (_where, given, code) => {
    const { refused } = await guard.check(given);
    expect(refused?.code).toBe(code);
    expect(refused?.hint ?? '').not.toContain('tok_s3cret');
  });

  test('may be kept out of the path', async () => {
    const query = urlToken({ token, path: false, param: 'key' });
    expect(await query.check(sent(`key=${encoded}`))).toEqual({});
    expect(await query.check(sent('', token))).toMatchObject({ refused: { code: 'credential-missing' } });
    expect(query.places).toEqual({ query: ['key'], path: false });
  });
});

describe('payloadToken', () => {
  const guard = payloadToken({ field: 'apiKey', token });
  test.each([
    ['the token', { apiKey: token }, undefined],
    ['another', { apiKey: 'other' }, 'credential-invalid'],
    ['an empty one', { apiKey: '' }, 'credential-missing'],
    ['none', {}, 'credential-missing'],
    ['null', { apiKey: null }, 'credential-invalid'],
    ['a list that holds it', { apiKey: [token] }, 'credential-invalid'],
    ['an object that holds it', { apiKey: { toString: token } }, 'credential-invalid'],
    ['it deeper down', { data: { apiKey: token } }, 'credential-missing'],
    ['it in another case', { apikey: token }, 'credential-missing'],
    ['it by its prototype only', JSON.parse(`{"__proto__":{"apiKey":"${token}"}}`), 'credential-missing'],
    ['it by a real prototype', Object.create({ apiKey: token }), 'credential-missing'],
    ['no object', token, 'credential-missing'],
    ['nothing', null, 'credential-missing'],
  ])('given %s', (_what, payload, code) => {
    expect(guard.check(payload, delivery([])).refused?.code).toBe(code);
  });
});
