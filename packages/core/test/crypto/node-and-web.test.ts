import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import * as node from '../../src/crypto/node.ts';
import { isThenable } from '../../src/crypto/types.ts';
import * as web from '../../src/crypto/web.ts';
import { bytesFromBase64, bytesFromHex, hexFromBytes } from '../../src/hex.ts';

const bytes = (max = 300) => fc.uint8Array({ maxLength: max });
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('HMAC with %s', (algorithm) => {
  test('is the same in both, for any key, prefix and body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.string({ unit: 'binary' }),
        bytes(),
        async (secret, prefix, body) => {
          const [one, other] = [node.hmacKey(algorithm, secret), web.hmacKey(algorithm, secret)];
          const digest = hex(await one(prefix, body));
          expect(hex(await other(prefix, body))).toBe(digest);
          // A key serves many deliveries.
          expect(hex(await other(prefix, body))).toBe(digest);
          expect(hex(await one(`${prefix}x`, body))).not.toBe(digest);
        },
      ),
    );
  });

  test('is the same at every length of body and prefix where another way of making it begins', async () => {
    const secret = Buffer.from('a secret');
    const [one, other] = [node.hmacKey(algorithm, secret), web.hmacKey(algorithm, secret)];
    // From the longest to the shortest: nothing of a message may be left in the next.
    for (const length of [10_000, 4097, 4096, 4095, 4032, 1, 0]) {
      for (const units of [1025, 1024, 1, 0]) {
        const [prefix, body] = ['\u20ac'.repeat(units), Buffer.alloc(length, length + units)];
        const digest = createHmac(algorithm.replace('-', ''), secret).update(prefix).update(body).digest('hex');
        expect([hex(await one(prefix, body)), hex(await other(prefix, body))]).toEqual([digest, digest]);
      }
    }
  });

  test('takes a part of a larger buffer for what it is', async () => {
    const pool = Uint8Array.from({ length: 64 }, (_, index) => index);
    const part = pool.subarray(8, 24);
    const copy = Uint8Array.from(part);
    for (const { hmacKey } of [node, web]) {
      const key = hmacKey(algorithm, part);
      expect(hex(await key('', part))).toBe(hex(await hmacKey(algorithm, copy)('', copy)));
    }
  });
});

test('the digest of a text is SHA-256 of its UTF-8 in both, each byte a character', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const digest = createHash('sha256').update(text).digest().toString('latin1');
      expect([await node.digestOfText(text), await web.digestOfText(text)]).toEqual([digest, digest]);
    }),
  );
});

/** RFC 4231, section 4.7, test case 6: a key longer than a block of any of them. */
test.each([
  ['SHA-256', '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'],
  ['SHA-384', '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952'],
  [
    'SHA-512',
    '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
  ],
] as const)('HMAC with %s hashes a key that is longer than a block first', async (algorithm, digest) => {
  const body = Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First');
  for (const { hmacKey } of [node, web]) {
    expect(hex(await hmacKey(algorithm, Buffer.alloc(131, 0xaa))('', body))).toBe(digest);
  }
});

test('SHA-256 is the same in both, and right for the vector of FIPS 180-2', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  for (const { sha256 } of [node, web]) expect(hex(await sha256(new TextEncoder().encode('abc')))).toBe(abc);
  await fc.assert(
    fc.asyncProperty(bytes(), async (body) => {
      expect(hex(await web.sha256(body))).toBe(hex(await node.sha256(body)));
    }),
  );
});

describe.each([
  ['node', node],
  ['web', web],
])('equalBytes of %s', (_name, { equalBytes }) => {
  test('tells all lengths up to 40 apart, and one flipped bit at every place', () => {
    for (let given = 0; given <= 40; given += 1) {
      for (let expected = 0; expected <= 40; expected += 1) {
        expect(equalBytes(new Uint8Array(given), new Uint8Array(expected))).toBe(given === expected);
      }
      for (let place = 0; place < given; place += 1) {
        const flipped = new Uint8Array(given);
        flipped[place] = 1 << (place % 8);
        expect(equalBytes(flipped, new Uint8Array(given))).toBe(false);
        expect(equalBytes(new Uint8Array(given), flipped)).toBe(false);
      }
    }
  });

  test('agrees with a comparison of their hex', () => {
    fc.assert(
      fc.property(bytes(8), bytes(8), (one, other) => {
        expect(equalBytes(one, other)).toBe(hex(one) === hex(other));
        expect(equalBytes(one, Uint8Array.from(one))).toBe(true);
      }),
    );
  });

  test('is not confused by what a missing byte counts as', () => {
    expect(equalBytes(Uint8Array.of(1, 0), Uint8Array.of(1))).toBe(false);
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(equalBytes(new Uint8Array(256), new Uint8Array(0))).toBe(false);
  });
});

describe('notations of bytes', () => {
  test('hex and base64 are read as they are written, in either case of hex', () => {
    fc.assert(
      fc.property(bytes(80), (value) => {
        expect(hexFromBytes(value)).toBe(hex(value));
        expect(bytesFromHex(hex(value), value.length)).toEqual(value);
        expect(bytesFromHex(hex(value).toUpperCase(), value.length)).toEqual(value);
        expect(bytesFromBase64(Buffer.from(value).toString('base64'), value.length)).toEqual(value);
        expect(bytesFromHex(hex(value), value.length + 1)).toBeUndefined();
        expect(bytesFromBase64(Buffer.from(value).toString('base64'), value.length + 1)).toBeUndefined();
      }),
    );
  });

  test('whatever is read as base64 is the one notation of its bytes', () => {
    const digit = fc.constantFrom(...'ABCDwxyz0189+/=-_ \n');
    fc.assert(
      fc.property(fc.array(digit, { maxLength: 12 }), fc.nat(9), (digits, length) => {
        const text = digits.join('');
        const value = bytesFromBase64(text, length);
        if (value !== undefined) expect(Buffer.from(value).toString('base64')).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

test('isThenable knows promises of any origin, and no bytes', () => {
  expect(isThenable(Promise.resolve())).toBe(true);
  expect([new Uint8Array(1), undefined, null, 'then', {}].some(isThenable)).toBe(false);
});
