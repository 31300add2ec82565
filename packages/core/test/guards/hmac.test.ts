import { createHmac } from 'node:crypto';
import { ConfigurationError, type HmacAlgorithm, type HmacOptions, hmac } from '@mediahooks/core';
import { delivery } from './delivery.ts';

const secret = 'whsec_test_secret_0001';
const body = '{"id":"507f1f77bcf86cd799439011","status":"COMPLETE"}';
const at = 1_705_316_400_000;
// Published with the platform's facts, computed elsewhere.
const published = '4375076a8153d600ec7f0077c134b1bdfc421bcf4b93be0ddd5e69f3bed0512b';

const judge = async (
  options: Partial<HmacOptions>,
  headers: readonly string[],
  sent: string | Uint8Array = body,
  receivedAt = at,
): Promise<string> => {
  const guard = hmac({ secret, header: 'x-signature', ...options });
  const { refused } = await guard.check(delivery(headers, sent, { receivedAt }));
  return refused?.code ?? 'passed';
};

const hex = (key: string, content: string): string => createHmac('sha256', key).update(content).digest('hex');

const dated = { fields: { timestamp: 't', signature: 'v1' }, timestampUnit: 'ms' } as const;
const good = `t=${at},v1=${published}`;

describe('known answers from outside', () => {
  test("passes Ignite's vector, and none with one digit changed", async () => {
    expect(await judge(dated, ['X-Signature', good])).toBe('passed');
    for (const place of [0, 31, 63]) {
      const digit = published[place] === '0' ? '1' : '0';
      const forged = published.slice(0, place) + digit + published.slice(place + 1);
      expect(await judge(dated, ['X-Signature', `t=${at},v1=${forged}`])).toBe('credential-invalid');
    }
    expect(await judge(dated, ['X-Signature', good], body.replace('507f', '507e'))).toBe('credential-invalid');
    expect(await judge(dated, ['X-Signature', good], `${body}\n`)).toBe('credential-invalid');
    expect(await judge({ ...dated, secret: 'test_secret_0001' }, ['X-Signature', good])).toBe('credential-invalid');
  });

  // RFC 4231, sections 4.2 and 4.3: keys as bytes, content, digests.
  const jefe = { key: Buffer.from('Jefe'), content: 'what do ya want for nothing?' };
  const eleven = { key: Buffer.alloc(20, 0x0b), content: 'Hi There' };
  const vectors: readonly (readonly [HmacAlgorithm, typeof jefe, string])[] = [
    ['SHA-256', eleven, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      'SHA-384',
      eleven,
      'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
    ],
    [
      'SHA-512',
      eleven,
      '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
    ],
    ['SHA-256', jefe, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'SHA-384',
      jefe,
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'SHA-512',
      jefe,
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ];
  test.each(vectors)(
    'passes the vector of RFC 4231 for %s (%#), in hex and base64',
    async (algorithm, vector, digest) => {
      const options = { algorithm, secretBytes: () => vector.key } as const;
      const base64 = Buffer.from(digest, 'hex').toString('base64');
      expect(await judge(options, ['X-Signature', digest], vector.content)).toBe('passed');
      expect(await judge(options, ['X-Signature', digest], `${vector.content}?`)).toBe('credential-invalid');
      expect(await judge({ ...options, encoding: 'base64' }, ['X-Signature', base64], vector.content)).toBe('passed');
      expect(await judge({ ...options, encoding: 'base64' }, ['X-Signature', digest], vector.content)).toBe(
        'credential-invalid',
      );
    },
  );
});

describe('how the signature is written', () => {
  const plain = hex(secret, body);
  test.each([
    ['in lower case', plain, 'passed'],
    ['in upper case', plain.toUpperCase(), 'passed'],
    ['in both cases', plain.slice(0, 32) + plain.slice(32).toUpperCase(), 'passed'],
    ['one digit short', plain.slice(1), 'credential-invalid'],
    ['one digit long', `${plain}0`, 'credential-invalid'],
    ['with 0x', `0x${plain.slice(2)}`, 'credential-invalid'],
    ['with a space before', ` ${plain.slice(1)}`, 'credential-invalid'],
    ['with a letter beyond f', `g${plain.slice(1)}`, 'credential-invalid'],
    ['in digits of another script', `\uff11${plain.slice(1)}`, 'credential-invalid'],
    ['twice, as fetch joins headers', `${plain}, ${plain}`, 'credential-invalid'],
    ['empty', '', 'credential-missing'],
    ['blank', '  ', 'credential-invalid'],
  ])('hex %s', async (_how, value, expected) => {
    expect(await judge({}, ['X-Signature', value])).toBe(expected);
  });

  test('a header that is missing is credential-missing', async () => {
    expect(await judge({}, ['X-Other', plain])).toBe('credential-missing');
  });

  test.each([
    ['as configured', 'sha256=', 'passed'],
    ['missing', '', 'credential-invalid'],
    ['of another algorithm', 'sha1=', 'credential-invalid'],
    ['in another case', 'SHA256=', 'credential-invalid'],
  ])('a prefix %s', async (_how, prefix, expected) => {
    expect(await judge({ prefix: 'sha256=' }, ['X-Signature', prefix + plain])).toBe(expected);
  });

  test('base64 with bits beyond its last byte is no second notation of the same signature', async () => {
    const base64 = Buffer.from(plain, 'hex').toString('base64');
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const last = digits[digits.indexOf(base64.charAt(42)) + 1] ?? '';
    expect(await judge({ encoding: 'base64' }, ['X-Signature', base64])).toBe('passed');
    expect(await judge({ encoding: 'base64' }, ['X-Signature', `${base64.slice(0, 42)}${last}=`])).toBe(
      'credential-invalid',
    );
    expect(await judge({ encoding: 'base64' }, ['X-Signature', base64.slice(0, 43)])).toBe('credential-invalid');
  });

  test.each([
    ['in another order', `v1=${published},t=${at}`, 'passed'],
    ['with spaces between', `t=${at}, v1=${published}`, 'passed'],
    ['with a field more', `t=${at},v1=${published},v0=abc`, 'passed'],
    ['with the signature twice', `t=${at},v1=${published},v1=${published}`, 'passed'],
    ['with a false signature first', `t=${at},v1=${'0'.repeat(64)},v1=${published}`, 'passed'],
    ['with the timestamp twice', `t=${at},t=${at},v1=${published}`, 'credential-invalid'],
    ['without timestamp', `v1=${published}`, 'credential-invalid'],
    ['without signature', `t=${at}`, 'credential-invalid'],
    ['with an empty timestamp', `t=,v1=${published}`, 'credential-missing'],
    ['with field names in another case', `T=${at},V1=${published}`, 'credential-invalid'],
    ['of nothing but separators', ',,,===,', 'credential-invalid'],
    ['joined from two by fetch', `${good}, ${good}`, 'credential-invalid'],
  ])('fields %s', async (_how, value, expected) => {
    expect(await judge(dated, ['X-Signature', value])).toBe(expected);
  });
});

describe('the timestamp', () => {
  const signed = (timestamp: string): string => `t=${timestamp},v1=${hex(secret, `${timestamp}.${body}`)}`;

  test.each([
    ['exactly as old as allowed', at - 300_000, 'passed'],
    ['one millisecond too old', at - 300_001, 'credential-expired'],
    ['exactly as new as allowed', at + 300_000, 'passed'],
    ['one millisecond too new', at + 300_001, 'credential-expired'],
  ])('%s', async (_what, timestamp, expected) => {
    expect(await judge(dated, ['X-Signature', signed(String(timestamp))])).toBe(expected);
  });

  test.each([
    ['1103 days before it arrived; at most 5 minutes are allowed', -95_291_526_924],
    ['6 minutes before it arrived; at most 5 minutes are allowed', -360_000],
    ['just more than 5 minutes before it arrived; at most 5 minutes are allowed', -300_001],
    ['2.5 hours after it arrived; at most 5 minutes are allowed', 9_000_000],
    ['2 seconds after it arrived; at most 1500 ms are allowed', 2_000, 1500],
    ['1 ms before it arrived; at most 0 ms are allowed', -1, 0],
  ])('that is refused is told in units for people: %s', async (words, distance, toleranceMs = 300_000) => {
    const guard = hmac({ secret, header: 'x-signature', ...dated, toleranceMs });
    const headers = ['X-Signature', signed(String(at + distance))];
    const { refused } = await guard.check(delivery(headers, body, { receivedAt: at }));
    expect(refused?.hint).toContain(`The timestamp is ${words}.`);
  });

  test('has the tolerance that is configured, down to none and up to any', async () => {
    const old = signed(String(at - 1));
    expect(await judge({ ...dated, toleranceMs: 0 }, ['X-Signature', old])).toBe('credential-expired');
    expect(await judge({ ...dated, toleranceMs: 1 }, ['X-Signature', old])).toBe('passed');
    expect(await judge({ ...dated, toleranceMs: false }, ['X-Signature', signed('1')])).toBe('passed');
  });

  test('in seconds is not taken for milliseconds, nor the other way round', async () => {
    const seconds = signed(String(at / 1000));
    expect(await judge({ ...dated, timestampUnit: 's' }, ['X-Signature', seconds])).toBe('passed');
    expect(await judge({ ...dated, timestampUnit: 's' }, ['X-Signature', seconds], body, at + 300_001)).toBe(
      'credential-expired',
    );
    expect(await judge(dated, ['X-Signature', seconds])).toBe('credential-expired');
    expect(await judge({ ...dated, timestampUnit: 's' }, ['X-Signature', good])).toBe('credential-expired');
  });

  test.each(['-1', '+1', '1e12', '1.5', '0x10', '1 2', 'NaN', 'Infinity', '9999999999999999', '\u0661'])(
    '%p is no timestamp, however well it is signed',
    async (timestamp) => {
      expect(await judge({ ...dated, toleranceMs: false }, ['X-Signature', signed(timestamp)])).toBe(
        'credential-invalid',
      );
    },
  );

  test('may have a header of its own', async () => {
    const options = { timestampHeader: 'X-Time', timestampUnit: 'ms' } as const;
    const sig = hex(secret, `${at}.${body}`);
    expect(await judge(options, ['X-Signature', sig, 'X-Time', String(at)])).toBe('passed');
    expect(await judge(options, ['X-Signature', sig, 'X-Time', String(at + 1)])).toBe('credential-invalid');
    expect(await judge(options, ['X-Signature', sig, 'X-Time', `${at}, ${at}`])).toBe('credential-invalid');
    expect(await judge(options, ['X-Signature', sig, 'X-Time', ''])).toBe('credential-missing');
    expect(await judge(options, ['X-Signature', sig])).toBe('credential-missing');
    expect(hmac({ secret, header: 'x-signature', ...options }).places.headers).toEqual(['x-signature', 'x-time']);
  });
});

describe('what is signed', () => {
  test('may hold other headers', async () => {
    const options = {
      signed: '{header:X-Id}:{timestamp}:{body}',
      timestampHeader: 'x-time',
      timestampUnit: 'ms',
    } as const;
    const sig = hex(secret, `msg_1:${at}:${body}`);
    const sent = (id: string) => ['X-Signature', sig, 'X-Time', String(at), 'X-Id', id];
    expect(await judge(options, sent('msg_1'))).toBe('passed');
    expect(await judge(options, sent('msg_2'))).toBe('credential-invalid');
    expect(hmac({ secret, header: 'x-signature', ...options }).headers).toEqual(['x-id']);
  });

  test('may be the body alone while the timestamp is only judged', async () => {
    const sig = `t=${at},v1=${hex(secret, body)}`;
    expect(await judge({ ...dated, signed: '{body}' }, ['X-Signature', sig])).toBe('passed');
    expect(await judge(dated, ['X-Signature', sig])).toBe('credential-invalid');
  });

  test('is bytes, also where they are no text', async () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0x00, 0x0d, 0x0a]);
    const sig = createHmac('sha256', secret).update(bytes).digest('hex');
    expect(await judge({}, ['X-Signature', sig], bytes)).toBe('passed');
    expect(await judge({}, ['X-Signature', sig], Uint8Array.from([0xff, 0xfd, 0x00, 0x0d, 0x0a]))).toBe(
      'credential-invalid',
    );
  });
});

test('takes any secret of a rotation, and no other', async () => {
  const options = { secret: ['current', 'previous'] };
  expect(await judge(options, ['X-Signature', hex('current', body)])).toBe('passed');
  expect(await judge(options, ['X-Signature', hex('previous', body)])).toBe('passed');
  expect(await judge(options, ['X-Signature', hex('before-that', body)])).toBe('credential-invalid');
});

test('gives one fingerprint for one signed content, however its signature is written', async () => {
  const guard = hmac({ secret, header: 'x-signature' });
  const plain = hex(secret, body);
  const verdicts = await Promise.all(
    [plain, plain.toUpperCase()].map((value) => guard.check(delivery(['X-Signature', value], body))),
  );
  expect(verdicts).toEqual([{ fingerprint: plain }, { fingerprint: plain }]);
  const other = await guard.check(delivery(['X-Signature', hex(secret, `${body} `)], `${body} `));
  expect(other).not.toEqual({ fingerprint: plain });
});

test('puts a signed timestamp before the fingerprint, so that fingerprints rise with time', async () => {
  const guard = hmac({ secret, header: 'x-signature', ...dated });
  const check = (value: string) => guard.check(delivery(['X-Signature', value], body, { receivedAt: at }));
  expect(await check(good)).toEqual({ fingerprint: `${at} ${published}` });
  expect(await check(good.replace(published, published.toUpperCase()))).toEqual({ fingerprint: `${at} ${published}` });
});

test('leaves a timestamp that is not signed out of the fingerprint: who changes it has signed nothing new', async () => {
  const options = { timestampHeader: 'x-timestamp', timestampUnit: 'ms', signed: '{body}' } as const;
  const guard = hmac({ secret, header: 'x-signature', ...options });
  const plain = hex(secret, body);
  for (const timestamp of [at, at + 1000]) {
    const headers = ['X-Signature', plain, 'X-Timestamp', String(timestamp)];
    expect(await guard.check(delivery(headers, body, { receivedAt: at }))).toEqual({ fingerprint: plain });
  }
});

test.each([
  ['{header:x-id}{timestamp}.{body}', ['a0', String(at)], ['a', `0${at}`]],
  ['{header:x-id}0{timestamp}.{body}', ['a0', String(at)], ['a', `0${at}`]],
  ['{timestamp}{header:x-id}.{body}', [`1${at}`, '5a'], [`1${at}5`, 'a']],
  ['{timestamp}1{header:x-id}.{body}', [String(at), '1a'], [`${at}1`, 'a']],
])(
  'gives one fingerprint for one signature where %s leaves open which digits are the timestamp',
  async (signed, one, other) => {
    const options = { timestampHeader: 'x-time', timestampUnit: 'ms', toleranceMs: false, signed } as const;
    const guard = hmac({ secret, header: 'x-signature', ...options });
    const of = ([first = '', second = '']: readonly string[]) =>
      signed.startsWith('{timestamp}') ? { id: second, time: first } : { id: first, time: second };
    const fill = (parts: readonly string[]) =>
      signed.replace('{header:x-id}', of(parts).id).replace('{timestamp}', of(parts).time).replace('{body}', body);
    expect(fill(one)).toBe(fill(other));
    const sig = hex(secret, fill(one));
    for (const parts of [one, other]) {
      const headers = ['X-Signature', sig, 'X-Time', of(parts).time, 'X-Id', of(parts).id];
      expect(await guard.check(delivery(headers, body, { receivedAt: at }))).toEqual({ fingerprint: sig });
    }
  },
);

test('gives one fingerprint for one signature where headers on both sides leave open what the timestamp is', async () => {
  const signed = '{header:x-id}.{timestamp}.{header:x-topic}.{body}';
  const guard = hmac({ secret, header: 'x-signature', timestampHeader: 'x-time', timestampUnit: 'ms', signed });
  const sig = hex(secret, `a.${at}.${at + 1}.b.${body}`);
  for (const [id, time, topic] of [
    ['a', at, `${at + 1}.b`],
    [`a.${at}`, at + 1, 'b'],
  ]) {
    const headers = ['X-Signature', sig, 'X-Time', String(time), 'X-Id', String(id), 'X-Topic', String(topic)];
    expect(await guard.check(delivery(headers, body, { receivedAt: at }))).toEqual({ fingerprint: sig });
  }
});

test('puts a signed timestamp first where other headers stand apart from it', async () => {
  const options = {
    timestampHeader: 'x-time',
    timestampUnit: 'ms',
    signed: '{header:x-id}.{timestamp}.{body}',
  } as const;
  const guard = hmac({ secret, header: 'x-signature', ...options });
  const sig = hex(secret, `a0.${at}.${body}`);
  const headers = ['X-Signature', sig, 'X-Time', String(at), 'X-Id', 'a0'];
  expect(await guard.check(delivery(headers, body, { receivedAt: at }))).toEqual({ fingerprint: `${at} ${sig}` });
});

describe('is not made', () => {
  const make = (options: object) => () => {
    const all: Record<string, unknown> = { secret, header: 'x-signature', ...options };
    // Deliberately past the compiler, as plain JavaScript would.
    return Reflect.apply(hmac, undefined, [all]);
  };
  test.each([
    [{ algorithm: 'MD5' }, 'option-invalid', '"algorithm"'],
    [{ algorithm: 'toString' }, 'option-invalid', '"algorithm"'],
    [{ encoding: 'base64url' }, 'option-invalid', '"encoding"'],
    [{ header: undefined }, 'option-invalid', '"header"'],
    [{ header: 'x signature' }, 'option-invalid', '"header"'],
    [{ fields: { timestamp: 't' } }, 'option-invalid', '"fields.signature"'],
    [{ fields: { signature: 'v1' }, prefix: 'sha256=' }, 'option-invalid', '"prefix"'],
    [{ fields: { signature: 'v1', timestmp: 't' } }, 'option-unknown', '"timestmp"'],
    [{ fields: dated.fields }, 'option-invalid', '"timestampUnit"'],
    [{ fields: dated.fields, timestampUnit: 'sec' }, 'option-invalid', '"timestampUnit"'],
    [{ ...dated, timestampHeader: 'x-time' }, 'option-invalid', 'not both'],
    [{ timestampUnit: 'ms' }, 'option-invalid', '"timestampUnit"'],
    [{ toleranceMs: 1000 }, 'option-invalid', '"toleranceMs"'],
    [{ ...dated, toleranceMs: -1 }, 'option-invalid', '"toleranceMs"'],
    [{ ...dated, toleranceMs: Number.NaN }, 'option-invalid', '"toleranceMs"'],
    [{ ...dated, toleranceMs: '1000' }, 'option-invalid', '"toleranceMs"'],
    [{ signed: '{timestamp}.{body}' }, 'option-invalid', '{timestamp}'],
    [{ signed: '{body}.' }, 'option-invalid', '{body}'],
    [{ signed: '{body}{body}' }, 'option-invalid', '{body}'],
    [{ signed: '{url}{body}' }, 'option-invalid', '{url}'],
    [{ signed: '{header:}{body}' }, 'option-invalid', '"signed"'],
    [{ secretBytes: () => new Uint8Array(0) }, 'option-invalid', '"secretBytes"'],
    [{ secretBytes: () => 'text' }, 'option-invalid', '"secretBytes"'],
    [{ tolerance: 5 }, 'option-unknown', '"tolerance"'],
  ])('with %j (%#)', (options, code, message) => {
    expect(make(options)).toThrow(ConfigurationError);
    expect(make(options)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test('with a secret that secretBytes cannot read, and does not quote it', () => {
    const throwing = make({
      secretBytes: (text: string) => {
        throw new Error(`cannot decode ${text}`);
      },
    });
    expect(throwing).toThrow(expect.objectContaining({ code: 'option-invalid' }));
    expect(throwing).toThrow(expect.objectContaining({ message: expect.not.stringContaining(secret) }));
    expect(throwing).not.toThrow(expect.objectContaining({ cause: expect.anything() }));
  });
});
