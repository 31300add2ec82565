import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, signed } from '../adapter-case.ts';
import { urlSecret } from '../contract-sources.ts';
import type { Mount } from '../scenario.ts';

const body = '{"a":1}';

const mounted = (mount: Mount) =>
  adapterCase({ mount }, async ({ send, recorded }) => {
    assertAccepted(await send('/signed?a=1', signed(body)), 200, 'handled');
    assertAccepted(
      await send(`/tokened/${encodeURIComponent(urlSecret)}`, { body: Buffer.from(body) }),
      200,
      'handled',
    );
    assertRefused(await send('/nobody', signed(body)), 404, 'unknown-source');
    assertRefused(await send('/signed', { body: Buffer.from(body) }), 401, 'credential-missing');
    if (recorded !== undefined) assert.equal(recorded.events[0]?.delivery.query.get('a'), '1');
  });

export const mountCases = {
  'works at the root': mounted('root'),
  'works below a prefix': mounted('prefix'),
  'works below a router': mounted('router'),
  'works as a route with parameters': mounted('route'),
  'works twice in one app, each receiver for its own': adapterCase(
    { second: true },
    async ({ send, server, recorded, secondRecorded }) => {
      assert.ok(server.secondUrl, 'the harness gave no secondUrl');
      assertAccepted(await send('/signed', signed('1')), 200, 'handled');
      assertAccepted(await send(`${server.secondUrl}/signed`, signed('2')), 200, 'handled');
      assertRefused(await send(`${server.secondUrl}/nobody`, signed('2')), 404, 'unknown-source');
      assert.deepEqual(recorded?.events.map(({ payload }) => payload) ?? [1], [1]);
      assert.deepEqual(secondRecorded?.events.map(({ payload }) => payload) ?? [2], [2]);
    },
  ),
  'leaves the other routes of an app alone': adapterCase({}, async ({ send, server }) => {
    assert.ok(server.otherUrl, 'the harness gave no otherUrl');
    const answer = await send(server.otherUrl, { method: 'GET' });
    assert.deepEqual([answer.status, answer.text], [200, 'other']);
  }),
};
