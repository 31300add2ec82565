import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, signed } from '../adapter-case.ts';

const body = '{"a": 1.0}\n';

export const passingCases = {
  'without handlers, gives a verified delivery to the route behind': adapterCase({ passOn: true }, async ({ send }) => {
    const answer = await send('/signed', signed(body));
    assert.deepEqual(
      [answer.status, answer.json],
      [201, { taken: true, source: 'signed', payload: { a: 1 }, bytes: Buffer.from(body).toString('hex') }],
    );
  }),
  'without handlers, gives no forged delivery to the route behind': adapterCase({ passOn: true }, async ({ send }) => {
    assertRefused(await send('/signed', { ...signed(body), body: Buffer.from('{}') }), 401, 'credential-invalid');
    assertRefused(await send('/nobody', signed(body)), 404, 'unknown-source');
    assertRefused(await send('/signed', { ...signed(body), method: 'PUT' }), 405, 'method-not-allowed');
  }),
  'without handlers, takes a delivery for handled only when the route has answered well': adapterCase(
    { passOn: true },
    async ({ send }) => {
      for (const status of [500, 404, 503]) {
        const failing = signed(JSON.stringify({ answer: status }));
        for (const attempt of [1, 2]) {
          assert.equal((await send('/once', failing)).status, status, `attempt ${attempt}`);
        }
      }
      const good = signed('{"answer":201}');
      assert.equal((await send('/once', good)).status, 201);
      assertAccepted(await send('/once', good), 200, 'duplicate');
    },
  ),
};
