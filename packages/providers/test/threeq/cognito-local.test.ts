import { threeq } from '@mediahooks/providers';
import { examplePayload } from '../payload.ts';
import { receiverOf, type TestAnswer } from '../receiver.ts';
import { type CognitoLocal, type LocalUserPool, startCognitoLocal } from './cognito-local.ts';
import { signedPart, signHs256 } from './signing-key.ts';

const body = examplePayload('threeq/file.new');

let emulator: CognitoLocal;
let pool: LocalUserPool;
let otherPool: LocalUserPool;
beforeAll(async () => {
  emulator = await startCognitoLocal();
  pool = await emulator.createUserPool();
  otherPool = await emulator.createUserPool();
}, 60_000);
afterAll(() => emulator.stop());

const cognitoOf = ({ userPoolId, clientId, issuer, jwksUri }: LocalUserPool) => ({
  userPoolId,
  clientId,
  issuer,
  jwksUri,
});
const send = (token: string, options: Parameters<typeof threeq>[0], now = Date.now()): Promise<TestAnswer> =>
  receiverOf(threeq(options), now).send({ body, headers: { authorization: `Bearer ${token}` } });
const part = (token: string, index: number) => {
  const claims: object = JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
  return claims;
};

test('an id token and an access token of the pool are genuine', async () => {
  const { idToken, accessToken } = await pool.tokens();
  const options = { cognito: cognitoOf(pool) };
  expect(await send(idToken, options)).toMatchObject({ status: 200, result: 'handled' });
  expect(await send(accessToken, options)).toMatchObject({ status: 200, result: 'handled' });
});

test('where one kind of token is configured, the other is refused', async () => {
  const { idToken, accessToken } = await pool.tokens();
  for (const [tokenUse, right, wrong] of [
    ['id', idToken, accessToken],
    ['access', accessToken, idToken],
  ] as const) {
    const options = { cognito: { ...cognitoOf(pool), tokenUse } };
    expect(await send(right, options)).toMatchObject({ status: 200 });
    const refused = await send(wrong, options);
    expect(refused).toMatchObject({ status: 401, result: 'credential-invalid' });
    expect(refused.hint).toContain('token_use');
  }
});

test('the token of another pool is refused, though the emulator signs for both with one key', async () => {
  const { idToken, accessToken } = await otherPool.tokens();
  for (const token of [idToken, accessToken]) {
    const refused = await send(token, { cognito: cognitoOf(pool) });
    expect(refused).toMatchObject({ status: 401, result: 'credential-invalid' });
    expect(refused.hint).toContain('issuer (iss)');
    expect(refused.hint).not.toContain(token);
  }
});

test('the token of another client is refused', async () => {
  const { idToken, accessToken } = await pool.tokens();
  const options = { cognito: { ...cognitoOf(pool), clientId: 'another-client' } };
  for (const [token, claim] of [
    [idToken, '(aud)'],
    [accessToken, '(client_id)'],
  ] as const) {
    const refused = await send(token, options);
    expect(refused).toMatchObject({ status: 401, result: 'credential-invalid' });
    expect(refused.hint).toContain(claim);
  }
  const several = { cognito: { ...cognitoOf(pool), clientId: ['another-client', pool.clientId] } };
  expect(await send(idToken, several)).toMatchObject({ status: 200 });
});

test('a token is expired once its time is over, by when it arrived', async () => {
  const { idToken } = await pool.tokens();
  const options = { cognito: cognitoOf(pool) };
  const inTwoDays = Date.now() + 2 * 24 * 60 * 60 * 1000;
  expect(await send(idToken, options, inTwoDays)).toMatchObject({ status: 401, result: 'credential-expired' });
});

test('a token without signature, or signed with what is public, is refused', async () => {
  const { idToken } = await pool.tokens();
  const header = part(idToken, 0);
  const claims = part(idToken, 1);
  const jwks = await (await fetch(pool.jwksUri)).text();
  const options = { cognito: cognitoOf(pool) };
  for (const forged of [
    `${signedPart({ ...header, alg: 'none' }, claims)}.`,
    `${signedPart({ ...header, alg: 'none' }, claims)}.AAAA`,
    signHs256(header, claims, jwks),
    `${signedPart(header, { ...claims, sub: 'someone else' })}.${idToken.split('.')[2]}`,
  ]) {
    expect(await send(forged, options)).toMatchObject({ status: 401, result: 'credential-invalid' });
  }
});

test('a token without its Bearer, or none, is refused', async () => {
  const { idToken } = await pool.tokens();
  const receiver = receiverOf(threeq({ cognito: cognitoOf(pool) }), Date.now());
  expect(await receiver.send({ body })).toMatchObject({ status: 401, result: 'credential-missing' });
  expect(await receiver.send({ body, headers: { authorization: idToken } })).toMatchObject({
    status: 401,
    result: 'credential-invalid',
  });
});
