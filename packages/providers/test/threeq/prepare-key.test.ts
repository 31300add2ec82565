import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createPrepareKey } from '../../src/threeq/cognito/prepare-key.ts';

const issuer = 'https://issuer.example';

const publicKey = () => {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  return { kty: 'RSA' as const, kid: 'key-1', alg: 'RS256' as const, use: 'sig' as const, n, e };
};

test('a key is prepared once', async () => {
  const prepareKey = createPrepareKey();
  const key = publicKey();
  const prepared = await prepareKey(key, 'RS256', issuer);
  expect(await prepareKey(key, 'RS256', issuer)).toBe(prepared);
});

test('another key under the same id is another key', async () => {
  const prepareKey = createPrepareKey();
  const [old, renewed] = [publicKey(), publicKey()];
  const prepared = [await prepareKey(old, 'RS256', issuer), await prepareKey(renewed, 'RS256', issuer)];
  expect(prepared[1]).not.toBe(prepared[0]);
  expect(prepared[1]).toEqual(createPublicKey({ key: renewed, format: 'jwk' }));
});
