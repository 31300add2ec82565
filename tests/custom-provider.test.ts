import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createFetchHandler,
  createWebhooks,
  defineProvider,
  type EventDraft,
  type Guard,
  type HmacOptions,
  type ProviderDefinition,
} from '@mediahooks/core';
import * as z from 'zod';
import { slack, standardWebhooks, stripe } from './custom-provider/guards.ts';
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

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const page = read('docs/custom-provider.md');

describe('docs/custom-provider.md', () => {
  test.each(['mux.ts', 'guards.ts', 'mux.test.ts', 'mux-contract.test.ts'])('shows %s as it is run here', (file) => {
    const shown = snippetsOf('page', page).find(({ code }) => code.startsWith(`// ${file}\n`));
    expect(shown?.code.replace(`// ${file}\n`, '')).toBe(read(`tests/custom-provider/${file}`).trimEnd());
  });

  /** What the first cells of the table below a heading name, without arguments. */
  const namesUnder = (head: string): string[] => {
    const [, table = ''] = page.split(`\n${head}\n`);
    const [rows = ''] = table.split('\n\n');
    return [...rows.matchAll(/^\| `(\w+)[^`]*` \|/gm)].map(([, name = '']) => name);
  };

  // The compiler checks that these are all there are.
  test('lists every field of a definition', () => {
    const fields = {
      name: true,
      guards: true,
      schema: true,
      types: true,
      open: true,
      events: true,
      deliveryId: true,
      headers: true,
      redact: true,
      options: true,
    } satisfies Record<keyof ProviderDefinition<unknown, EventDraft, string>, true>;
    expect(namesUnder('| field | what it is |')).toEqual(Object.keys(fields));
  });

  test('lists every option of hmac', () => {
    const options = {
      secret: true,
      secretBytes: true,
      header: true,
      algorithm: true,
      encoding: true,
      prefix: true,
      separator: true,
      fields: true,
      timestampHeader: true,
      timestampUnit: true,
      toleranceMs: true,
      signed: true,
      origin: true,
    } satisfies Record<keyof HmacOptions, true>;
    expect(namesUnder('| option of `hmac` | default | what it is |')).toEqual(Object.keys(options));
  });
});

describe('the guards of docs/custom-provider.md', () => {
  const answer = async (guard: Guard, at: number, headers: Record<string, string>, sent: string): Promise<string> => {
    const platform = defineProvider({
      name: 'platform',
      guards: [guard],
      schema: z.unknown(),
      types: ['thing'],
      events: (payload) => [{ type: 'thing', payload }],
    });
    const clock = { now: () => at * 1000, after: () => () => undefined };
    const webhooks = createWebhooks({ sources: { platform }, logger: false, clock });
    webhooks.on('*', () => undefined);
    const response = await createFetchHandler(webhooks)(
      new Request('http://localhost/webhooks/platform', { method: 'POST', headers, body: sent }),
    );
    const { outcome, code } = await response.json();
    return code ?? outcome;
  };

  // The vector of the reference implementations: https://github.com/standard-webhooks/standard-webhooks
  const standard = {
    at: 1_614_265_330,
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  };
  const { 'webhook-id': _, ...withoutId } = standard.headers;
  // Several signatures, as the reference implementation's test has them; the last is made as the specification's example, by Ed25519.
  const foreign = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
  const asymmetric = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
  const withSignatures = (...signatures: readonly string[]) => ({
    ...standard.headers,
    'webhook-signature': signatures.join(' '),
  });
  const several = withSignatures(
    `v1,${foreign}`,
    `v2,${foreign}`,
    standard.headers['webhook-signature'],
    `v1,${foreign}`,
    asymmetric,
  );
  const noneRight = withSignatures(`v1,${foreign}`, `v2,${foreign}`, asymmetric);

  test.each([
    ['as it was signed', standard.headers, standard.body, standard.at, 'handled'],
    ['with one byte flipped', standard.headers, '{"test": 2432232315}', standard.at, 'credential-invalid'],
    [
      'with another id',
      { ...standard.headers, 'webhook-id': 'msg_1' },
      standard.body,
      standard.at,
      'credential-invalid',
    ],
    ['without its id', withoutId, standard.body, standard.at, 'credential-invalid'],
    [
      'with another beside it that is none',
      { ...standard.headers, 'webhook-signature': `${standard.headers['webhook-signature']} v1,AAAA` },
      standard.body,
      standard.at,
      'credential-invalid',
    ],
    ['with several signatures', several, standard.body, standard.at, 'handled'],
    [
      'with several signatures and one byte flipped',
      several,
      '{"test": 2432232315}',
      standard.at,
      'credential-invalid',
    ],
    ['with several signatures, none of them right', noneRight, standard.body, standard.at, 'credential-invalid'],
    ['one second too old', standard.headers, standard.body, standard.at + 301, 'credential-expired'],
  ])('Standard Webhooks: %s', async (_how, headers, sent, at, expected) => {
    expect(await answer(standardWebhooks('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), at, headers, sent)).toBe(expected);
  });

  const rolled = (keys: readonly string[], sent = '{"id":"evt_1"}'): string =>
    [
      't=1700000000',
      ...keys.map((key) => `v1=${createHmac('sha256', key).update(`1700000000.${sent}`).digest('hex')}`),
      `v0=${'6ffb'.repeat(16)}`,
    ].join(',');

  test.each([
    ['with one signature', rolled(['whsec_now']), 0, 'handled'],
    ['with one by each secret, while it is rolled', rolled(['whsec_next', 'whsec_now']), 0, 'handled'],
    ['with one by each secret, the other way round', rolled(['whsec_now', 'whsec_next']), 0, 'handled'],
    ['with none that is right', rolled(['whsec_next', 'whsec_other']), 0, 'credential-invalid'],
    ['with two over another body', rolled(['whsec_now', 'whsec_next'], '{}'), 0, 'credential-invalid'],
    ['with the right one as v0', rolled(['whsec_now']).replace('v1=', 'v0='), 0, 'credential-invalid'],
    ['301 seconds old', rolled(['whsec_next', 'whsec_now']), 301, 'credential-expired'],
  ])('Stripe: %s', async (_how, header, age, expected) => {
    const headers = { 'stripe-signature': header };
    expect(await answer(stripe('whsec_now'), 1_700_000_000 + age, headers, '{"id":"evt_1"}')).toBe(expected);
  });

  // The vector of https://docs.slack.dev/authentication/verifying-requests-from-slack, of a slash command: no JSON, so it is proven and malformed.
  const command =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
    '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';

  test.each([
    ['as it was signed', command, 1_531_420_618, 'malformed-body'],
    ['with one byte flipped', command.replace('foobar', 'foobas'), 1_531_420_618, 'credential-invalid'],
    ['61 seconds old', command, 1_531_420_679, 'credential-expired'],
  ])('Slack: %s', async (_how, sent, at, expected) => {
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    expect(await answer(slack('8f742231b10e8888abcd99yyyzzz85a5'), at, headers, sent)).toBe(expected);
  });
});

describe('the sixth provider of docs/custom-provider.md', () => {
  test('takes a delivery that is signed as OpenSSL signs it, and hands it over typed', async () => {
    const { events, send } = receiver();
    expect(await send({ 'mux-signature': signature })).toEqual(handled);
    expect(events).toEqual(['asset:a1 ready']);
  });

  test.each([
    ['one byte of the body flipped', body.replace('23.8', '23.9'), signature],
    ['a timestamp that was not signed', body, signature.replace('1700000000', '1700000001')],
    ['a digit of the signature changed', body, signature.replace('v1=6', 'v1=7')],
    ['the header twice', body, `${signature}, ${signature}`],
    ['another signature that is none', body, `${signature},v1=6cff`],
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
