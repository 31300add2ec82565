import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { mux } from './mux.ts';

const body =
  '{"type":"video.asset.ready","object":{"type":"asset","id":"a1"},"data":{"status":"ready","duration":23.8}}';
// printf '1700000000.%s' "$body" | openssl dgst -sha256 -hmac mux-test-secret-0001
const signature = 't=1700000000,v1=6cff38629904f23ddfee132469d33586b6f346ee55af7aed5afa91177e1f4ced';

/** The status that a delivery is answered with, so many milliseconds after it was signed. */
const answerTo = async (sent: string, headers: Record<string, string>, afterMs = 0): Promise<number> => {
  const webhooks = createWebhooks({
    sources: { mux: mux({ secret: 'mux-test-secret-0001' }) },
    clock: { now: () => 1_700_000_000_000 + afterMs, after: () => () => undefined },
    logger: false,
  });
  const request = new Request('http://localhost/webhooks/mux', { method: 'POST', headers, body: sent });
  return (await createFetchHandler(webhooks)(request)).status;
};

test('takes a delivery that is signed as OpenSSL signs it', async () => {
  expect(await answerTo(body, { 'mux-signature': signature })).toBe(200);
});

test('refuses it with one byte flipped, without its signature, and one second too old', async () => {
  expect(await answerTo(body.replace('23.8', '23.9'), { 'mux-signature': signature })).toBe(401);
  expect(await answerTo(body, {})).toBe(401);
  expect(await answerTo(body, { 'mux-signature': signature }, 301_000)).toBe(401);
});
