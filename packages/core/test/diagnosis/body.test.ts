import { createWebhooks, headersFromRaw } from '@mediahooks/core';
import fc from 'fast-check';
import { incoming, platform, secret, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

const setUp = () =>
  createWebhooks({ sources: { platform: platform() }, clock: standingClock(startsAt), logger: false });

/** What is said of a body that was signed as one thing and arrived as another. */
const said = async (signed: Uint8Array | string, received: Uint8Array | string) => {
  const outcome = await setUp().receive(incoming({ body: received, headers: ['X-Signature', signature(signed)] }));
  const { code, cause, hint } = outcome.rejection ?? { code: 'accepted' };
  return { code, cause, hint };
};

const value = { b: 'Grüße 𝄞', a: ['x/y', 1.5, { d: null, c: '<b>' }] };
const compact = JSON.stringify(value);
const python = '{"b": "Gr\\u00fc\\u00dfe \\ud834\\udd1e", "a": ["x/y", 1.5, {"d": null, "c": "<b>"}]}';
const php = '{"b":"Gr\\u00fc\\u00dfe \\ud834\\udd1e","a":["x\\/y",1.5,{"d":null,"c":"<b>"}]}';
const go = '{"b":"Grüße 𝄞","a":["x/y",1.5,{"d":null,"c":"\\u003cb\\u003e"}]}\n';
const ordered = '{"a":["x/y",1.5,{"c":"<b>","d":null}],"b":"Grüße 𝄞"}';

describe('names what was changed when the JSON was written anew:', () => {
  test.each([
    ['spaces', JSON.stringify(value, undefined, 2), compact],
    ['spaces', compact, JSON.stringify(value, undefined, 2)],
    ['spaces, unicode escapes', python, compact],
    ['unicode escapes, escaped slashes', php, compact],
    ['the line break at its end, unicode escapes', go, compact],
    ['key order', ordered, compact],
    ['spaces, key order', JSON.stringify(JSON.parse(ordered), undefined, 2), compact],
    ['white space around it, key order', ordered, `${compact} `],
    ['white space around it, unicode escapes', php.replace('\\/', '/'), ` ${compact}\t`],
    ['how numbers or characters are written', '[1,2]', '[1.0,2]'],
  ])('%s', async (changes, signed, received) => {
    const { code, cause, hint } = await said(signed, received);
    expect({ code, cause }).toEqual({ code: 'credential-invalid', cause: 'body-reserialised' });
    expect(hint).toContain(`and changed: ${changes}. Find the parser`);
  });
});

test.each([
  ['one value is another', compact, compact.replace('1.5', '1.6'), secret],
  ['a value is missing', compact, compact.replace('1.5,', ''), secret],
  ['another key is signed with', compact, `${compact}\n`, 'platform-secret-0002'],
])('says nothing of that kind where %s', async (_what, signed, received, key) => {
  const headers = headersFromRaw(['X-Signature', signature(signed, startsAt, key)]);
  const outcome = await setUp().receive(incoming({ body: received }, { headers }));
  expect(outcome.rejection?.code).toBe('credential-invalid');
  expect(outcome.rejection?.cause).toBeUndefined();
});

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
  ['turned from UTF-8 into Latin-1', '{"id":"é"}', latin('{"id":"é"}')],
  ['turned into UTF-8 once more', '{"id":"é"}', '{"id":"Ã©"}'],
  ['a byte order mark was put before it', '{"id":1}', '\ufeff{"id":1}'],
  ['the byte order mark before it was taken away', '\ufeff{"id":1}', '{"id":1}'],
  ['a line break at its end was added', '{"id":1}', '{"id":1}\r\n'],
  ['white space at its end was added', '{"id":1}', '{"id":1}  '],
  ['white space at its end was added', '{"id":1}', '{"id":1}\n\t'],
  ['white space at its end was added', '{ "id": 1.0 }', '{ "id": 1.0 } '],
  ['white space before it was added', '{"id":1}', ' {"id":1}'],
  ['white space before it was added', '{"id":1}\n', '\r\n{"id":1}\n'],
  ['white space before it and at its end was added', '{"id":1}', '\n{"id":1} '],
  ['white space before it and at its end was added', 'no JSON', ' no JSON '],
  ['those of Unix (LF)', '{\r\n"id":1}', '{\n"id":1}'],
])('recognises a body that was changed below JSON: %s', async (what, signed, received) => {
  const { cause, hint } = await said(signed, received);
  expect(cause).toBe('body-altered');
  expect(hint).toContain(what);
});

test('whatever comes, it is refused, and the refusal is one line of bounded length without the secret', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(secret, `"${secret}"`, '', 'a,b', '='),
  );
  const header = fc.tuple(fc.constantFrom('x-signature', 'x-other', 'content-length', 'authorization'), text);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
  );
  const odd = fc.oneof(
    text,
    text.map((one) => `t=${startsAt},v1=${one}`),
    fc.constant(`t=${startsAt},v1=${'0a'.repeat(32)}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(header, { maxLength: 4 }), odd, bytes, text, async (others, sent, body, query) => {
      const headers = headersFromRaw(['x-signature', sent, ...others.flat()]);
      const explanation = await setUp().explain(incoming({ body }, { headers, query }));
      if (explanation.accepted) throw new Error('It was accepted.');
      const { code, hint } = explanation.rejection;
      expect(['credential-invalid', 'credential-missing', 'credential-expired', 'body-too-large']).toContain(code);
      expect(hint).toMatch(/^[ -~]{1,900}$/);
      expect(hint).not.toContain(secret);
    }),
    { numRuns: 300, seed: 1 },
  );
});
