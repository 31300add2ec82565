import { createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { createTestUserPool, type TestUserPool } from '@mediahooks/testing';

interface Jwk extends JsonWebKey {
  readonly kid: string;
}

const keysOf = async ({ jwksUri }: TestUserPool): Promise<readonly Jwk[]> => {
  const { keys }: { readonly keys: readonly Jwk[] } = await (await fetch(jwksUri)).json();
  return keys;
};

const decode = (part = ''): Readonly<Record<string, unknown>> => JSON.parse(Buffer.from(part, 'base64url').toString());

/** The token's header and claims, and whether a published key has signed it. */
const read = (token: string, keys: readonly Jwk[]) => {
  const [header, payload, signature = ''] = token.split('.');
  const key = keys.find(({ kid }) => kid === decode(header).kid);
  const genuine =
    key !== undefined &&
    createVerify('RSA-SHA256')
      .update(`${header}.${payload}`)
      .verify(createPublicKey({ key, format: 'jwk' }), signature, 'base64url');
  return { header: decode(header), claims: decode(payload), signature, genuine };
};

const now = 1_705_316_400_000;
let userPool: TestUserPool;
beforeEach(async () => {
  userPool = await createTestUserPool({ now: () => now });
});
afterEach(() => userPool.close());

test('an access token is signed with the published key and names the client', async () => {
  const { claims, genuine, header } = read(userPool.token({ expiresIn: 60 }), await keysOf(userPool));
  expect(genuine).toBe(true);
  expect(header).toMatchObject({ alg: 'RS256' });
  expect(claims).toMatchObject({
    iss: userPool.issuer,
    token_use: 'access',
    client_id: userPool.clientId,
    iat: 1_705_316_400,
    exp: 1_705_316_460,
  });
  expect(claims).not.toHaveProperty('aud');
});

test('an id token has the client as its audience', async () => {
  const { claims } = read(userPool.token({ use: 'id', clientId: 'other' }), await keysOf(userPool));
  expect(claims).toMatchObject({ token_use: 'id', aud: 'other' });
  expect(claims).not.toHaveProperty('client_id');
});

test('a stranger signs under a published name, and is not genuine', async () => {
  const keys = await keysOf(userPool);
  const { genuine, header } = read(userPool.token({ key: 'stranger' }), keys);
  expect(header.kid).toBe(keys[0]?.kid);
  expect(genuine).toBe(false);
});

test('the forgeries have the algorithm they claim', async () => {
  const keys = await keysOf(userPool);
  expect(read(userPool.token({ algorithm: 'none' }), keys)).toMatchObject({ header: { alg: 'none' }, signature: '' });
  const hs256 = read(userPool.token({ algorithm: 'HS256' }), keys);
  expect(hs256).toMatchObject({ header: { alg: 'HS256' }, genuine: false });
  expect(hs256.signature).toHaveLength(43);
});

test('after a rotation the old key is gone, or kept where that is asked for', async () => {
  expect(() => userPool.token({ key: 'previous' })).toThrow(RangeError);
  await userPool.rotate();
  expect(read(userPool.token(), await keysOf(userPool)).genuine).toBe(true);
  expect(read(userPool.token({ key: 'previous' }), await keysOf(userPool)).genuine).toBe(false);
  await userPool.rotate({ keep: true });
  expect(read(userPool.token({ key: 'previous' }), await keysOf(userPool)).genuine).toBe(true);
});

test('counts how often the key set was fetched, and is gone when closed', async () => {
  expect(userPool.requestCount).toBe(0);
  await keysOf(userPool);
  await keysOf(userPool);
  expect(userPool.requestCount).toBe(2);
  await userPool.close();
  await expect(fetch(userPool.jwksUri)).rejects.toThrow('fetch failed');
});
