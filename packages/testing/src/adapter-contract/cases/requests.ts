import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, signed, targetOf } from '../adapter-case.ts';
import { signatureOf, urlSecret } from '../contract-sources.ts';

const body = '{"a":1}';

export const requestCases = {
  'refuses every method but POST, and names it': adapterCase({}, async ({ send }) => {
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
      const answer = await send('/signed', method === 'GET' ? { method } : { ...signed(body), method });
      assertRefused(answer, 405, 'method-not-allowed');
      assert.equal(answer.headers.get('allow'), 'POST');
    }
    assertAccepted(await send('/signed', signed(body)), 200, 'handled');
  }),
  'refuses a source that does not exist': adapterCase({}, async ({ send, recorded }) => {
    for (const path of ['/nobody', '/Signed', '/__proto__', '/constructor', '/signed%20', '/%73igned%2F']) {
      assertRefused(await send(path, signed(body)), 404, 'unknown-source');
    }
    if (recorded !== undefined) assert.deepEqual(recorded.events, []);
  }),
  'refuses a path behind a source that takes none': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed/more', signed(body)), 404, 'unknown-source');
    assertRefused(await send('/tokened/more/and-more', signed(body)), 404, 'unknown-source');
  }),
  'reads a token from the path, decoded once, and from the query': adapterCase({}, async ({ send }) => {
    const request = { body: Buffer.from(body), headers: [['content-type', 'application/json']] as const };
    const encoded = encodeURIComponent(urlSecret);
    assertAccepted(await send(`/tokened/${encoded}`, request), 200, 'handled');
    assertAccepted(await send(`/tokened?token=${encoded}`, request), 200, 'handled');
    assertRefused(await send(`/tokened/${encodeURIComponent(encoded)}`, request), 401, 'credential-invalid');
    assertRefused(await send('/tokened?token=wrong', request), 401, 'credential-invalid');
    assertRefused(await send('/tokened', request), 401, 'credential-missing');
  }),
  'hands over the query as it came': adapterCase({}, async ({ send, recorded }) => {
    const path = '/signed?a=1&a=2&B=%C3%A9+%26&c=a%5Bb%5D&d';
    assertAccepted(await send(path, signed(body)), 200, 'handled');
    if (recorded === undefined) return;
    const query = recorded.events[0]?.delivery.query;
    assert.equal(JSON.stringify([...(query ?? [])]), '[["a","1"],["a","2"],["B","é &"],["c","a[b]"],["d",""]]');
  }),
  'refuses a delivery without its credential': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed', { body: Buffer.from(body) }), 401, 'credential-missing');
    assertRefused(
      await send('/signed', { body: Buffer.from(body), headers: [['x-signature', '']] }),
      401,
      'credential-missing',
    );
  }),
  'refuses a credential that arrives twice, even twice the same': adapterCase({}, async ({ send }) => {
    const good = signatureOf(Buffer.from(body));
    for (const pair of [
      [good, good],
      [good, 'other'],
      ['other', good],
      ['', good],
    ]) {
      const headers = pair.map((value) => ['X-Signature', value] as const);
      assertRefused(await send('/signed', { headers, body: Buffer.from(body) }), 401, 'credential-invalid');
    }
    assertAccepted(await send('/signed', signed(body)), 200, 'handled');
  }),
  // why: of this header Node's own req.headers keeps the first alone, and drops the others without a word.
  'refuses an Authorization that arrives twice': adapterCase({}, async ({ send }) => {
    const request = (...values: readonly string[]) => ({
      headers: values.map((value) => ['Authorization', value] as const),
      body: Buffer.from(body),
    });
    const good = 'Contract-Header-Token';
    assertRefused(await send('/headed', request(good, 'other')), 401, 'credential-invalid');
    assertRefused(await send('/headed', request(good, good)), 401, 'credential-invalid');
    assertAccepted(await send('/headed', request(good)), 200, 'handled');
  }),
  'finds a header whatever the case of its name': adapterCase({}, async ({ send }) => {
    const signature = signatureOf(Buffer.from(body));
    for (const name of ['X-Signature', 'X-SIGNATURE', 'x-sIgNaTuRe']) {
      assertAccepted(await send('/signed', { headers: [[name, signature]], body: Buffer.from(body) }), 200, 'handled');
    }
  }),
  'leaves the case of a header value alone': adapterCase({}, async ({ send }) => {
    const request = (token: string) => ({ headers: [['authorization', token] as const], body: Buffer.from(body) });
    assertAccepted(await send('/headed', request('Contract-Header-Token')), 200, 'handled');
    assertRefused(await send('/headed', request('contract-header-token')), 401, 'credential-invalid');
  }),
  'answers whole where the answer is not ASCII': adapterCase({}, async ({ send }) => {
    // why: the receiver of this contract gives its deliveries ids with an accent.
    const refused = await send('/signed', { ...signed(body), body: Buffer.from('{}') });
    assertRefused(refused, 401, 'credential-invalid');
    const accepted = await send('/signed', signed(body));
    assertAccepted(accepted, 200, 'handled');
    assert.match(refused.text + accepted.text, /d(é|\\u00e9)livrance.*d(é|\\u00e9)livrance/);
  }),
  'answers on where a path or a header is not ASCII': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/%C3%BCnknown', signed(body, [['x-note', 'ü\u00a0']])), 404, 'unknown-source');
    assertRefused(
      await send('/signed', { body: Buffer.from(body), headers: [['x-signature', '\u00e9\u00fc']] }),
      401,
      'credential-invalid',
    );
  }),
  'keeps a connection for the next delivery, also after a refusal': adapterCase({}, async ({ connect, server }) => {
    const wire = await connect();
    const target = (source: string) => targetOf(`${server.url}/${source}`);
    wire.send(signed(body), target('signed'));
    assertAccepted(await wire.answer(), 200, 'handled');
    wire.send({ ...signed(body), body: Buffer.from('{}') }, target('signed'));
    assertRefused(await wire.answer(), 401, 'credential-invalid');
    wire.send(signed(body), target('signed'));
    assertAccepted(await wire.answer(), 200, 'handled');
  }),
};
