import { threeq } from '@mediahooks/providers';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';
import { type KeySetServer, startKeySetServer } from './key-set-server.ts';
import { createSigningKey, type SigningKey, signHs256 } from './signing-key.ts';

const body = examplePayload('threeq/file.new');
const userPoolId = 'eu-central-1_AbCdEfGhI';
const issuer = 'https://issuer.example/pool';
const clientId = 'client-0001';
const now = Date.parse('2026-01-01T00:00:00Z');
const nowSeconds = now / 1000;
const claims = { iss: issuer, token_use: 'access', client_id: clientId, iat: nowSeconds, exp: nowSeconds + 300 };

const key = createSigningKey('key-1');
const rotated = createSigningKey('key-2');
const stranger: SigningKey = createSigningKey('key-1');
let server: KeySetServer;
beforeEach(async () => {
  server = await startKeySetServer(key);
});
afterEach(() => server.stop());

const receiver = (options: object = {}) => {
  const receiving = receiverOf(
    threeq({ cognito: { userPoolId, clientId, issuer, jwksUri: server.jwksUri, ...options } }),
    now,
  );
  return (token: string, header = 'authorization') =>
    receiving.send({ body, headers: { [header]: header === 'authorization' ? `Bearer ${token}` : token } });
};

describe('a token', () => {
  test.each([
    ['that is good', {}, 200, 'handled'],
    ['of an id, with its audience', { token_use: 'id', aud: clientId, client_id: undefined }, 200, 'handled'],
    ['with the client of the other kind', { token_use: 'id' }, 401, 'credential-invalid'],
    ['of another kind', { token_use: 'refresh' }, 401, 'credential-invalid'],
    ['of no kind', { token_use: undefined }, 401, 'credential-invalid'],
    ['of another client', { client_id: 'client-0002' }, 401, 'credential-invalid'],
    ['of no client', { client_id: undefined }, 401, 'credential-invalid'],
    ['of another issuer', { iss: `${issuer}/` }, 401, 'credential-invalid'],
    ['of no issuer', { iss: undefined }, 401, 'credential-invalid'],
    ['in its last second', { exp: nowSeconds + 1 }, 200, 'handled'],
    ['that expires now', { exp: nowSeconds }, 401, 'credential-expired'],
    ['that never expires', { exp: undefined }, 401, 'credential-invalid'],
    ['whose expiry is no number', { exp: 'never' }, 401, 'credential-invalid'],
    ['that is valid from now', { nbf: nowSeconds }, 200, 'handled'],
    ['that is not valid yet', { nbf: nowSeconds + 1 }, 401, 'credential-expired'],
  ])('%s is answered as it should be', async (_what, changed, status, result) => {
    const answer = await receiver()(key.sign({ ...claims, ...changed }));
    expect(answer).toMatchObject({ status, result });
  });

  test.each([
    ['signed by a stranger with the same key id', () => stranger.sign(claims), 'signature'],
    ['with an unknown key id', () => key.sign(claims, { kid: 'key-9' }), 'kid'],
    ['without key id', () => key.sign(claims, { kid: undefined }), 'kid'],
    ['that says alg none', () => key.sign(claims, { alg: 'none' }), 'alg'],
    ['with another RSA algorithm', () => key.sign(claims, { alg: 'RS512' }), 'alg'],
    ['signed with the public key as secret', () => signHs256({ kid: key.kid }, claims, key.publicPem), 'alg'],
    ['that is none', () => 'a.b.c', 'JSON Web Token'],
    ['of two parts', () => key.sign(claims).split('.').slice(0, 2).join('.'), 'JSON Web Token'],
  ])('%s is refused, and the hint says why without quoting it', async (_what, forge, why) => {
    const token = forge();
    const { status, result, hint } = await receiver()(token);
    expect({ status, result }).toEqual({ status: 401, result: 'credential-invalid' });
    expect(hint).toContain(why);
    expect(hint).not.toContain(token);
    expect(hint).not.toContain(token.split('.')[2] ?? token);
  });

  test('is taken from the header that is configured, with the word before it that is', async () => {
    const token = key.sign(claims);
    expect(await receiver({ header: 'X-Cognito' })(token, 'x-cognito')).toMatchObject({ status: 200 });
    expect(await receiver({ header: 'X-Cognito' })(token)).toMatchObject({ status: 401, result: 'credential-missing' });
    const withScheme = receiver({ header: 'x-cognito', scheme: 'Token' });
    expect(await withScheme(`Token ${token}`, 'x-cognito')).toMatchObject({ status: 200 });
    expect(await withScheme(token, 'x-cognito')).toMatchObject({ status: 401, result: 'credential-invalid' });
  });
});

describe('the key set', () => {
  test('is fetched once for a hundred deliveries at the same time, and kept for those after them', async () => {
    const send = receiver();
    const release = server.hold();
    const answers = Promise.all(Array.from({ length: 100 }, () => send(key.sign(claims))));
    release();
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    await send(key.sign(claims));
    expect(server.requests).toBe(1);
  });

  test('is not fetched for a token that is refused by what it says', async () => {
    const send = receiver();
    await send(key.sign({ ...claims, iss: 'https://other.example' }));
    await send(key.sign({ ...claims, client_id: 'other' }));
    await send(key.sign(claims, { alg: 'none' }));
    expect(server.requests).toBe(0);
  });

  test('is fetched again for a key it does not have: keys are rotated', async () => {
    const send = receiver();
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
    server.serve([key, rotated]);
    expect(await send(rotated.sign(claims))).toMatchObject({ status: 200 });
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
    expect(server.requests).toBe(2);
  });

  test('that has lost a key no longer proves its tokens', async () => {
    const send = receiver();
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
    server.serve([rotated]);
    expect(await send(rotated.sign(claims))).toMatchObject({ status: 200 });
    expect(await send(key.sign(claims))).toMatchObject({ status: 401, result: 'credential-invalid' });
  });

  test('that cannot be reached is a 503 to be tried again, and the next delivery is taken once it is back', async () => {
    const send = receiver();
    await server.stop();
    const answer = await send(key.sign(claims));
    expect(answer).toMatchObject({ status: 503, result: 'key-set-unavailable' });
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    expect(answer.hint).toContain(server.jwksUri);
    await server.start();
    expect(await send(key.sign(claims))).toMatchObject({ status: 200, result: 'handled' });
  });

  test('that cannot be reached does not matter while the key is known', async () => {
    const send = receiver();
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
    await server.stop();
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
    // Forged or signed with a new key: that cannot be told now.
    expect(await send(rotated.sign(claims))).toMatchObject({ status: 503, result: 'key-set-unavailable' });
    await server.start();
    server.serve([key, rotated]);
    expect(await send(rotated.sign(claims))).toMatchObject({ status: 200 });
  });

  test.each([
    ['an error', 500],
    ['a redirection', 302],
    ['no JSON', '<html>'],
    ['no key set', '{"keys":"none"}'],
    ['nothing', ''],
  ])('that answers with %s is a 503', async (_what, content) => {
    const send = receiver();
    server.serve(content);
    expect(await send(key.sign(claims))).toMatchObject({ status: 503, result: 'key-set-unavailable' });
    server.serve([key]);
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
  });

  test('is fetched a few times only, however many made-up key ids arrive', async () => {
    const send = receiver();
    const forged = await Promise.all(
      Array.from({ length: 200 }, (_, index) => send(key.sign(claims, { kid: `made-up-${index}` }))),
    );
    for (let index = 0; index < 50; index += 1) forged.push(await send(key.sign(claims, { kid: `more-${index}` })));
    expect(server.requests).toBeLessThanOrEqual(5);
    expect(forged.every(({ status }) => status === 401 || status === 503)).toBe(true);
    expect(await send(key.sign(claims))).toMatchObject({ status: 200 });
  });
});
