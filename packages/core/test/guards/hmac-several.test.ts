import {
  createFetchHandler,
  createWebhooks,
  defineProvider,
  type HmacOptions,
  hmac,
  type Verdict,
} from '@mediahooks/core';
import { z } from 'zod';
import { at, listed as inList, other, secret, signatureOf, stranger, v1a } from '../several-signatures.ts';
import { standingClock } from '../standing-clock.ts';
import { delivery } from './delivery.ts';

const body = '{"id":1}';
const id = 'msg_1';

const hex = (key: string, content = `${at}.${body}`): string => signatureOf(key, content, 'hex');
const base64 = (key: string): string => signatureOf(key, `${id}.${at}.${body}`, 'base64');

/** As Standard Webhooks has it: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const listed: HmacOptions = { ...inList, signed: '{header:x-id}.{timestamp}.{body}' };
const v1 = (key: string): string => `v1,${base64(key)}`;

/** As Stripe has it: https://docs.stripe.com/webhooks#verify-manually */
const repeated: HmacOptions = {
  secret,
  header: 'x-signature',
  fields: { timestamp: 't', signature: 'v1' },
  timestampUnit: 's',
};
const fields = (...keys: readonly string[]): string =>
  [`t=${at}`, ...keys.map((key) => `v1=${hex(key)}`), `v0=${'0'.repeat(64)}`].join(',');

const check = async (
  options: HmacOptions,
  value: string,
  changed: { body?: string; at?: number } = {},
): Promise<Verdict> =>
  hmac(options).check(
    delivery(['X-Signature', value, 'X-Time', String(at), 'X-Id', id], changed.body ?? body, {
      receivedAt: (changed.at ?? at) * 1000,
    }),
  );

const judge = async (...asked: Parameters<typeof check>): Promise<string> => {
  const { refused } = await check(...asked);
  return refused?.code ?? 'passed';
};

const hintOf = async (...asked: Parameters<typeof check>): Promise<string> => {
  const { refused } = await check(...asked);
  return refused?.hint ?? '';
};

describe('of several signatures in a list', () => {
  test.each([
    ['the only one', v1(secret), 'passed'],
    ['the first', `${v1(secret)} ${v1(stranger)}`, 'passed'],
    ['the second', `${v1(stranger)} ${v1(secret)}`, 'passed'],
    ['the last of ten', `${`${v1(stranger)} `.repeat(9)}${v1(secret)}`, 'passed'],
    ['the same twice', `${v1(secret)} ${v1(secret)}`, 'passed'],
    ['one behind another version', `${v1a} ${v1(secret)}`, 'passed'],
    ['one before another version', `${v1(secret)} ${v1a} v2,abc`, 'passed'],
    ['none', `${v1(stranger)} ${v1(other)}`, 'credential-invalid'],
    ['one that is of another version', `v2,${base64(secret)} ${v1(stranger)}`, 'credential-invalid'],
    ['nothing but other versions', `${v1a} v2,${base64(secret)}`, 'credential-invalid'],
  ])('%s matches', async (_which, value, expected) => {
    expect(await judge(listed, value)).toBe(expected);
  });

  const good = v1(secret);
  test.each([
    ['an empty piece at its end', `${good} `],
    ['an empty piece before', ` ${good}`],
    ['an empty piece between', `${good}  ${good}`],
    ['nothing but blanks', '  '],
    ['a tab between', `${good}\t${good}`],
    ['a line break between', `${good}\n${good}`],
    ['a no-break space between', `${good}\u00a0${good}`],
    ['a comma between', `${good},${good}`],
    ['a semicolon between', `${good};${good}`],
    ['garbage beside it', `${good} garbage`],
    ['garbage behind its prefix', `${good} v1,AAAA`],
    ['nothing behind its prefix', `v1, ${good}`],
    ['hex behind its prefix', `${good} v1,${hex(secret)}`],
    ['another version without a name', `${good} ,abc`],
    ['another version without a signature', `${good} v2,`],
    ['another version with a sign that is in no signature', `${good} v2,abc"`],
    ['another version behind another sign', `${good} v2=abc`],
    ['the prefix alone in another case', `V1${good.slice(2)}x ${good.replace('v1,', 'v1')}`],
    ['two headers joined by fetch', `${good}, ${good}`],
    ['two headers joined behind another version', `${good} ${v1a}, ${good} ${v1a}`],
    ['two headers joined without a blank', `${good} ${v1a},${good} ${v1a}`],
    ['two headers joined before another version', `${v1a}, ${good}`],
  ])('a list with %s is refused, though one matches', async (_what, value) => {
    expect(await judge(listed, value)).toBe('credential-invalid');
  });

  test.each([
    ['that match', `${good} `.repeat(11).trimEnd()],
    ['of which the last matches', `${`${v1(stranger)} `.repeat(10)}${good}`],
    ['of which most are of other versions', `${good}${` ${v1a}`.repeat(10)}`],
    ['without end', `${good} `.repeat(100_000)],
  ])('more than ten %s are refused, and the reason is named', async (_what, value) => {
    expect(await judge(listed, value)).toBe('credential-invalid');
    expect(await hintOf(listed, value)).toBe(
      'The header x-signature holds more than 10 signatures. None of so many is tried.',
    );
  });

  test('a hint names the form, and what does not match', async () => {
    expect(await hintOf(listed, `${good} garbage`)).toContain(
      'is not of the form v1,<signature>, or several of them: v1,<signature> v1,<signature>.',
    );
    expect(await hintOf(listed, `${good} v1,AAAA`)).toBe(
      'One of the 2 signatures in x-signature is not 32 bytes in base64.',
    );
    expect(await hintOf(listed, `${v1(other)} ${v1(stranger)}`)).toContain(
      'None of the 2 signatures in x-signature matches',
    );
    expect(await hintOf(listed, v1(other))).toContain('The signature in x-signature does not match');
  });

  test('each is over the body, the id and the timestamp', async () => {
    const value = `${v1(stranger)} ${good}`;
    expect(await judge(listed, value, { body: '{"id":2}' })).toBe('credential-invalid');
    expect(await judge(listed, value, { at: at + 301 })).toBe('credential-expired');
  });

  test('with a comma between, what fetch has joined is refused all the same', async () => {
    // As PagerDuty has it: https://developer.pagerduty.com/docs/webhook-signatures
    const options: HmacOptions = { secret, header: 'x-signature', prefix: 'v1=', separator: ',' };
    const sign = (key: string): string => `v1=${hex(key, body)}`;
    expect(await judge(options, `${sign(stranger)},${sign(secret)}`)).toBe('passed');
    expect(await judge(options, `v2=abc,${sign(secret)}`)).toBe('passed');
    expect(await judge(options, `${sign(stranger)},${sign(other)}`)).toBe('credential-invalid');
    expect(await judge(options, `${sign(secret)}, ${sign(secret)}`)).toBe('credential-invalid');
    expect(await judge(options, `${sign(secret)}, v2=abc`)).toBe('credential-invalid');
    expect(await judge(options, `${sign(secret)},`)).toBe('credential-invalid');
  });

  test('without a prefix, each piece is a signature', async () => {
    const options: HmacOptions = { secret, header: 'x-signature', separator: ' ' };
    expect(await judge(options, `${hex(stranger, body)} ${hex(secret, body)}`)).toBe('passed');
    expect(await judge(options, `v2=abc ${hex(secret, body)}`)).toBe('credential-invalid');
  });

  test('without a separator, a list is refused as ever', async () => {
    const { separator: _, ...single } = listed;
    expect(await judge(single, good)).toBe('passed');
    expect(await judge(single, `${good} ${good}`)).toBe('credential-invalid');
    expect(await judge(single, `${good} ${v1a}`)).toBe('credential-invalid');
  });
});

describe('of several signatures in fields', () => {
  test.each([
    ['the first', fields(secret, stranger), 'passed'],
    ['the second', fields(stranger, secret), 'passed'],
    ['the same twice', fields(secret, secret), 'passed'],
    ['one before the timestamp', `v1=${hex(secret)},t=${at},v1=${hex(stranger)}`, 'passed'],
    ['the tenth', fields(...Array(9).fill(stranger), secret), 'passed'],
    ['none', fields(stranger, other), 'credential-invalid'],
    ['one of another name', `t=${at},v0=${hex(secret)},v1=${hex(stranger)}`, 'credential-invalid'],
  ])('%s matches', async (_which, value, expected) => {
    expect(await judge(repeated, value)).toBe(expected);
  });

  test.each([
    ['one that is empty', `${fields(secret)},v1=`],
    ['one that is none', `${fields(secret)},v1=garbage`],
    ['one in base64', `${fields(secret)},v1=${base64(secret)}`],
    ['two timestamps', `${fields(secret)},t=${at}`],
    ['two headers joined by fetch', `${fields(secret)}, ${fields(secret)}`],
    ['eleven', fields(...Array(11).fill(secret))],
  ])('a header with %s is refused, though one matches', async (_what, value) => {
    expect(await judge(repeated, value)).toBe('credential-invalid');
  });

  test('more than ten are refused for that reason', async () => {
    expect(await hintOf(repeated, fields(...Array(11).fill(secret)))).toContain('more than 10 signatures');
  });

  test('where the header has no timestamp, two cannot be told from two headers that were joined: they are refused', async () => {
    const options: HmacOptions = { secret, header: 'x-signature', fields: { signature: 'v1' } };
    const signature = `v1=${hex(secret, body)}`;
    expect(await judge(options, signature)).toBe('passed');
    expect(await judge(options, `${signature},${signature}`)).toBe('credential-invalid');
    expect(
      await judge({ ...options, timestampHeader: 'x-time', timestampUnit: 's' }, `${signature},${signature}`),
    ).toBe('credential-invalid');
  });
});

describe('the fingerprint', () => {
  const one = `${at} ${Buffer.from(base64(secret), 'base64').toString('hex')}`;
  const two = `${at} ${Buffer.from(base64(other), 'base64').toString('hex')}`;

  test.each([
    ['alone', v1(secret)],
    ['before a bogus one', `${v1(secret)} ${v1(stranger)}`],
    ['behind a bogus one', `${v1(stranger)} ${v1(secret)}`],
    ['twice', `${v1(secret)} ${v1(secret)}`],
    ['beside another version', `${v1a} ${v1(secret)}`],
  ])('is that of the signature that matches, %s', async (_how, value) => {
    expect(await check(listed, value)).toEqual({ fingerprint: one });
  });

  test.each([
    ['both', `${v1(secret)} ${v1(other)}`],
    ['both, the other way round', `${v1(other)} ${v1(secret)}`],
    ['the one', v1(secret)],
    ['the other', v1(other)],
    ['the other and bogus ones', `${v1(stranger)} ${v1(other)} ${v1a}`],
  ])('is of every configured secret where there are several, of a header with %s', async (_which, value) => {
    expect(await check({ ...listed, secret: [secret, other] }, value)).toEqual({ fingerprint: [one, two] });
  });

  test('holds the one from before a secret was added, or taken away: what was handled then stays known', async () => {
    const before = await check(listed, v1(secret));
    const during = await check({ ...listed, secret: [other, secret] }, `${v1(other)} ${v1(secret)}`);
    const after = await check({ ...listed, secret: other }, v1(other));
    expect(before).toEqual({ fingerprint: one });
    expect(during).toEqual({ fingerprint: [two, one] });
    expect(after).toEqual({ fingerprint: two });
  });

  test('comes once, though a secret is configured twice', async () => {
    expect(await check({ ...listed, secret: [secret, secret] }, v1(secret))).toEqual({ fingerprint: [one] });
  });

  test('is in lower case, whichever case the signature that matches is in', async () => {
    const value = fields(stranger, secret).replace(hex(secret), hex(secret).toUpperCase());
    expect(await check(repeated, value)).toEqual({ fingerprint: `${at} ${hex(secret)}` });
  });
});

describe('whoever has captured a delivery with two signatures makes no new one of it', () => {
  const receiver = (secrets: readonly string[]) => {
    const handled: string[] = [];
    let sent = 0;
    const platform = defineProvider({
      name: 'platform',
      guards: [hmac({ ...listed, secret: secrets })],
      schema: z.unknown(),
      types: ['thing'],
      events: (payload) => [{ type: 'thing', payload }],
      // Not signed, and another each time: the signatures alone tell that it is the same.
      headers: ['x-delivery'],
      deliveryId: ({ headers }) => headers.get('x-delivery'),
    });
    const webhooks = createWebhooks({
      sources: { platform },
      logger: false,
      clock: standingClock(at * 1000),
    });
    webhooks.on('*', (event) => void handled.push(event.id));
    const receive = async (value: string): Promise<string> => {
      sent += 1;
      const headers = { 'x-signature': value, 'x-time': String(at), 'x-id': id, 'x-delivery': String(sent) };
      const request = new Request('http://127.0.0.1/webhooks/platform', { method: 'POST', headers, body });
      const { code, outcome } = await (await createFetchHandler(webhooks)(request)).json();
      return code ?? outcome;
    };
    return { handled, receive };
  };

  test.each([
    ['both secrets are configured', [secret, other]],
    ['the first is', [secret]],
    ['the second is', [other]],
  ])('where %s', async (_which, secrets) => {
    const { handled, receive } = receiver(secrets);
    expect(await receive(`${v1(secret)} ${v1(other)}`)).toBe('handled');
    const variants = [
      `${v1(other)} ${v1(secret)}`,
      `${v1(stranger)} ${v1(secret)} ${v1(other)}`,
      `${v1(other)} ${v1(other)} ${v1(secret)} ${v1a}`,
      ...(secrets.includes(secret) ? [v1(secret), `${v1(secret)} ${v1(stranger)}`] : []),
      ...(secrets.includes(other) ? [v1(other), `${v1(stranger)} ${v1(other)}`] : []),
    ];
    for (const variant of variants) expect(await receive(variant)).toBe('duplicate');
    expect(handled).toHaveLength(1);
  });

  test('a resend that is signed with the new secret alone is a duplicate of one with the old alone', async () => {
    const { handled, receive } = receiver([other, secret]);
    expect(await receive(v1(secret))).toBe('handled');
    expect(await receive(v1(other))).toBe('duplicate');
    expect(handled).toHaveLength(1);
  });
});

describe('is not made', () => {
  test.each([
    [{ separator: '' }, '"separator"'],
    [{ separator: ';' }, '"separator"'],
    [{ separator: '  ' }, '"separator"'],
    [{ separator: true }, '"separator"'],
    [{ separator: ',', prefix: 'v1,' }, '"prefix"'],
    [{ separator: ' ', prefix: 'HMAC ' }, '"prefix"'],
    [{ separator: ' ', fields: { signature: 'v1' } }, 'exclude each other'],
  ])('with %j', (options, message) => {
    const make = () => Reflect.apply(hmac, undefined, [{ secret, header: 'x-signature', ...options }]);
    expect(make).toThrow(
      expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining(message) }),
    );
  });
});
