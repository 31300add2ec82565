import { EdgeVM } from '@edge-runtime/vm';
import * as nodeCrypto from '#crypto';
import { bundleForEdge } from './bundle.ts';

type Crypto = Pick<typeof nodeCrypto, 'equalBytes' | 'hmacKey' | 'sha256'>;

const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);
const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');

let edgeCrypto: Crypto;

beforeAll(async () => {
  const edge = new EdgeVM({ initialCode: (await bundleForEdge('crypto-probe.ts')).code });
  edgeCrypto = edge.evaluate<Crypto>('webCrypto');
}, 30_000);

/** RFC 4231, section 4.3, test case 2; and the vector for Ignite's scheme, which signs a timestamp and the body. */
const hmacVectors = [
  {
    algorithm: 'SHA-256',
    secret: 'Jefe',
    prefix: 'what do ya want ',
    body: 'for nothing?',
    digest: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    algorithm: 'SHA-384',
    secret: 'Jefe',
    prefix: 'what do ya want ',
    body: 'for nothing?',
    digest: 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
  },
  {
    algorithm: 'SHA-512',
    secret: 'Jefe',
    prefix: 'what do ya want ',
    body: 'for nothing?',
    digest:
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  },
  {
    algorithm: 'SHA-256',
    secret: 'whsec_test_secret_0001',
    prefix: '1705316400000.',
    body: '{"id":"507f1f77bcf86cd799439011","status":"COMPLETE"}',
    digest: '4375076a8153d600ec7f0077c134b1bdfc421bcf4b93be0ddd5e69f3bed0512b',
  },
] as const;

describe.each([
  ['on Node', (): Crypto => nodeCrypto],
  ['of the web, in an edge runtime', (): Crypto => edgeCrypto],
])('#crypto %s', (_name, implementation) => {
  test.each(hmacVectors)('signs as $algorithm does with the key $secret', async (vector) => {
    const { hmacKey } = implementation();
    const sign = hmacKey(vector.algorithm, bytes(vector.secret));
    expect(hex(await sign(vector.prefix, bytes(vector.body)))).toBe(vector.digest);
    // why: the same content cut elsewhere is the same message; another content is not.
    expect(hex(await sign('', bytes(vector.prefix + vector.body)))).toBe(vector.digest);
    expect(hex(await sign(vector.prefix, bytes(`${vector.body} `)))).not.toBe(vector.digest);
  });

  test('digests as SHA-256 does (FIPS 180-4, example "abc")', async () => {
    const { sha256 } = implementation();
    expect(hex(await sha256(bytes('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hex(await sha256(bytes('')))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test.each([
    ['the same', 'token', 'token', true],
    ['one bit different at the start', 'uoken', 'token', false],
    ['one bit different at the end', 'tokeo', 'token', false],
    ['a part', 'toke', 'token', false],
    ['more', 'tokens', 'token', false],
    ['more by a zero byte', 'token\0', 'token', false],
    ['nothing', '', 'token', false],
  ])('compares bytes: %s', (_case, given, expected, equal) => {
    expect(implementation().equalBytes(bytes(given), bytes(expected))).toBe(equal);
  });
});
