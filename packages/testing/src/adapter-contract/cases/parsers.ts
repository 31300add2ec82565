import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, type CaseTools, signed } from '../adapter-case.ts';
import type { RanBefore } from '../scenario.ts';

const body = '{"a": 1.0, "b": "\\u00e9"}\n';

/** The bytes are gone: the answer comes at once, and the operator is told what to do. */
const refuses = (before: RanBefore) =>
  adapterCase({ before }, async ({ send, recorded }) => {
    assertRefused(await send('/signed', signed(body)), 500, 'body-already-parsed');
    if (recorded === undefined) return;
    assert.deepEqual(recorded.events, []);
    assert.match(recorded.refusals[0]?.hint ?? '', /read|parser|text|encoding/i);
  });

/** The bytes are still there, or have been kept. */
const accepts = (before: RanBefore) =>
  adapterCase({ before }, async (tools: CaseTools) => {
    assertAccepted(await tools.send('/signed', signed(body)), 200, 'handled');
    const { recorded } = tools;
    if (recorded !== undefined) {
      assert.deepEqual(Buffer.from(recorded.events[0]?.delivery.body ?? []), Buffer.from(body));
    }
    const forged = { ...signed(body), body: Buffer.from('{"a":1,"b":"é"}') };
    assertRefused(await tools.send('/signed', forged), 401, 'credential-invalid');
  });

export const parserCases = {
  'answers at once where a JSON parser has eaten the body': refuses('json-parser'),
  'answers at once where a text parser has eaten the body': refuses('text-parser'),
  'answers at once where a parser has kept the body as text': refuses('parser-keeping-text'),
  'answers at once where something has read the body and kept nothing': refuses('drained'),
  'answers at once where something has read a part of the body': refuses('half-read'),
  'answers at once where an encoding was set on the request': refuses('encoding-set'),
  'takes the bytes that a parser has kept in rawBody': accepts('parser-keeping-bytes'),
  'takes the bytes that a raw parser has left': accepts('raw-parser'),
  'reads a request that middleware has paused': accepts('paused'),
  'still knows the source, the method and the credential where a parser has eaten the body': adapterCase(
    { before: 'json-parser' },
    async ({ send }) => {
      assertRefused(await send('/nobody', signed(body)), 404, 'unknown-source');
      assertRefused(await send('/signed', { ...signed(body), method: 'PUT' }), 405, 'method-not-allowed');
    },
  ),
};
