import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { type MuxOptions, mux } from './custom-provider/mux.ts';
import { repository } from './project/run.ts';
import { snippetsOf } from './project/snippets.ts';

const secret = 'mux-test-secret-0001';
const body =
  '{"type":"video.asset.ready","object":{"type":"asset","id":"a1"},"data":{"status":"ready","duration":23.8}}';
const signedAtMs = 1_700_000_000_000;

// printf '1700000000.%s' "$body" | openssl dgst -sha256 -hmac mux-test-secret-0001
const signature = 't=1700000000,v1=6cff38629904f23ddfee132469d33586b6f346ee55af7aed5afa91177e1f4ced';

const receiver = (options: MuxOptions = { secret }, nowMs = signedAtMs) => {
  const events: string[] = [];
  const webhooks = createWebhooks({
    sources: { mux: mux(options) },
    logger: false,
    clock: { now: () => nowMs, after: () => () => undefined },
  });
  webhooks.on('mux.video.asset.ready', ({ payload, subject }) => events.push(`${subject} ${payload.data.status}`));
  webhooks.on('mux.unknown', ({ name }) => events.push(`unknown ${name}`));
  const handler = createFetchHandler(webhooks);
  const send = async (headers: Record<string, string>, sent = body): Promise<object> => {
    const response = await handler(
      new Request('http://localhost/webhooks/mux', { method: 'POST', headers, body: sent }),
    );
    const { outcome, code } = await response.json();
    return { status: response.status, answer: code ?? outcome };
  };
  return { events, send };
};

const invalid = { status: 401, answer: 'credential-invalid' };
const expired = { status: 401, answer: 'credential-expired' };
const handled = { status: 200, answer: 'handled' };

describe('the sixth provider of docs/custom-provider.md', () => {
  test('is shown on the page as it is tested here', () => {
    const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
    const shown = snippetsOf('page', read('docs/custom-provider.md')).find(({ code }) =>
      code.startsWith('// mux.ts\n'),
    );
    expect(shown?.code.replace('// mux.ts\n', '')).toBe(read('tests/custom-provider/mux.ts').trimEnd());
  });

  test('takes a delivery that is signed as OpenSSL signs it, and hands it over typed', async () => {
    const { events, send } = receiver();
    expect(await send({ 'mux-signature': signature })).toEqual(handled);
    expect(events).toEqual(['asset:a1 ready']);
  });

  test.each([
    ['one byte of the body flipped', body.replace('23.8', '23.9'), signature],
    ['a timestamp that was not signed', body, signature.replace('1700000000', '1700000001')],
    ['a digit of the signature changed', body, signature.replace('v1=6', 'v1=7')],
    ['the signature twice', body, `${signature},${signature.replace('t=1700000000,', '')}`],
  ])('refuses %s', async (_, sent, header) => {
    const { events, send } = receiver();
    expect(await send({ 'mux-signature': header }, sent)).toEqual(invalid);
    expect(events).toEqual([]);
  });

  test('refuses a delivery without a signature', async () => {
    const { send } = receiver();
    expect(await send({})).toEqual({ status: 401, answer: 'credential-missing' });
  });

  test('takes a secret that is being rotated out, and refuses one that never was', async () => {
    const rotated = receiver({ secret: ['mux-test-secret-0002', secret] });
    expect(await rotated.send({ 'mux-signature': signature })).toEqual(handled);
    const other = receiver({ secret: 'mux-test-secret-0002' });
    expect(await other.send({ 'mux-signature': signature })).toEqual(invalid);
  });

  test.each([
    [300_000, handled],
    [300_001, expired],
    [-300_000, handled],
    [-300_001, expired],
  ])('reads the timestamp as seconds: %i ms after it, the answer is %j', async (afterMs, answer) => {
    const { send } = receiver({ secret }, signedAtMs + afterMs);
    expect(await send({ 'mux-signature': signature })).toEqual(answer);
  });

  test('handles the same signed delivery once', async () => {
    const { events, send } = receiver();
    await send({ 'mux-signature': signature });
    expect(await send({ 'mux-signature': signature })).toEqual({ status: 200, answer: 'duplicate' });
    expect(events).toHaveLength(1);
  });

  test('hands over an event that is not in its list as unknown, and refuses what is none', async () => {
    const { events, send } = receiver();
    const sign = (text: string): Record<string, string> => ({
      'mux-signature': `t=1700000000,v1=${createHmac('sha256', secret).update(`1700000000.${text}`).digest('hex')}`,
    });
    const newer = body.replace('video.asset.ready', 'video.asset.warned');
    expect(await send(sign(newer), newer)).toEqual(handled);
    expect(events).toEqual(['unknown video.asset.warned']);
    expect(await send(sign('{"type":"video.asset.ready"}'), '{"type":"video.asset.ready"}')).toEqual({
      status: 422,
      answer: 'invalid-payload',
    });
  });

  test('is not built with an empty secret, and names the variable', () => {
    expect(() => mux({ secret: '' })).toThrow('MUX_WEBHOOK_SECRET');
  });
});
