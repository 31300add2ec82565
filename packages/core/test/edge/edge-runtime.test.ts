import { createHmac } from 'node:crypto';
import { EdgeVM } from '@edge-runtime/vm';
import { bundleForEdge, type EdgeBundle } from './bundle.ts';

const secret = 'whsec_test_secret_0001';
const encoder = new TextEncoder();

let bundle: EdgeBundle;
let edge: EdgeVM;

beforeAll(async () => {
  bundle = await bundleForEdge('worker.ts');
  edge = new EdgeVM({ initialCode: bundle.code });
}, 30_000);

const send = async (path: string, init: RequestInit = {}): Promise<{ status: number; code: unknown }> => {
  const response = await edge.dispatchFetch(`https://receiver.example/webhooks/${path}`, { method: 'POST', ...init });
  const answer = await response.json();
  return { status: response.status, code: answer.code ?? answer.outcome };
};

const video = (id: string): Uint8Array<ArrayBuffer> =>
  encoder.encode(JSON.stringify({ id, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }));

const signed = (body: Uint8Array, key = secret): Record<string, string> => {
  const timestamp = Date.now();
  const signature = createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex');
  return { 'x-webhook-signature': `t=${timestamp},v1=${signature}`, 'x-webhook-event': 'video.created' };
};

const handledBy = async (source: string): Promise<unknown[]> => {
  const response = await edge.dispatchFetch('https://receiver.example/handled');
  const handled: { source: string }[] = await response.json();
  return handled.filter((event) => event.source === source);
};

describe('the built core, bundled for edge platforms', () => {
  test('imports nothing, and nothing of Node', () => {
    expect(bundle.external).toEqual([]);
    expect(bundle.code).not.toMatch(/["'`]node:/);
    expect(bundle.code).not.toMatch(/\brequire\(["'`]/);
  });

  test('is the build, with the web implementation of #crypto', () => {
    expect(bundle.inputs).toContain('packages/core/dist/crypto/web.js');
    expect(bundle.inputs).not.toContain('packages/core/dist/crypto/node.js');
    expect(bundle.inputs.filter((path) => path.startsWith('packages/core/src/'))).toEqual([]);
  });

  test('runs where there is nothing of Node', () => {
    expect(edge.evaluate('[typeof process, typeof Buffer, typeof require]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
    ]);
  });
});

describe('a delivery in an edge runtime', () => {
  test('is handled when it is genuine', async () => {
    const body = video('genuine');
    expect(await send('ignite', { body, headers: signed(body) })).toEqual({ status: 200, code: 'handled' });
    expect(await handledBy('ignite')).toContainEqual(
      expect.objectContaining({ type: 'video.created', payload: expect.objectContaining({ id: 'genuine' }) }),
    );
  });

  test('is recognised when it comes again', async () => {
    const body = video('twice');
    const headers = signed(body);
    expect(await send('ignite', { body, headers })).toEqual({ status: 200, code: 'handled' });
    expect(await send('ignite', { body, headers })).toEqual({ status: 200, code: 'duplicate' });
  });

  test('is refused with one byte flipped', async () => {
    const body = video('flipped');
    const headers = signed(body);
    body[10] = (body[10] ?? 0) ^ 1;
    expect(await send('ignite', { body, headers })).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('is refused when another secret signed it', async () => {
    const body = video('forged');
    const headers = signed(body, 'whsec_test_secret_0002');
    expect(await send('ignite', { body, headers })).toEqual({ status: 401, code: 'credential-invalid' });
  });

  test('is looked into when it is refused, with the signatures of Web Crypto', async () => {
    const body = video('written anew');
    const headers = signed(encoder.encode(`${new TextDecoder().decode(body)}\n`));
    expect(await send('ignite', { body, headers })).toEqual({ status: 401, code: 'credential-invalid' });
    const response = await edge.dispatchFetch('https://receiver.example/causes');
    expect((await response.json()).at(-1)).toBe('body-altered');
  });

  test('is refused without a signature', async () => {
    expect(await send('ignite', { body: video('bare') })).toEqual({ status: 401, code: 'credential-missing' });
  });

  test.each([
    ['expected-token', 200, 'handled'],
    ['expected-tokem', 401, 'credential-invalid'],
    ['expected-token2', 401, 'credential-invalid'],
    ['expected-toke', 401, 'credential-invalid'],
  ])('with the token %p is answered %p %p', async (token, status, code) => {
    expect(await send('token', { body: '{}', headers: { 'x-platform-token': token } })).toEqual({ status, code });
  });

  test.each([
    [4096, 200, 'handled'],
    [4097, 413, 'body-too-large'],
  ])('of %p bytes, counted because no length is announced, is answered %p %p', async (bytes, status, code) => {
    const body = new Blob([JSON.stringify('x'.repeat(bytes - 2))]).stream();
    const init = { body, headers: { 'x-platform-token': 'expected-token' }, duplex: 'half' };
    expect(await send('token', init)).toEqual({ status, code });
  });

  test('matches the vector that Ignite publishes, and not with one digit changed', async () => {
    const body = '{"id":"507f1f77bcf86cd799439011","status":"COMPLETE"}';
    const signature = '4375076a8153d600ec7f0077c134b1bdfc421bcf4b93be0ddd5e69f3bed0512b';
    const headers = { 'x-webhook-signature': `t=1705316400000,v1=${signature}` };
    expect(await send('vector', { body, headers })).toEqual({ status: 200, code: 'handled' });
    const changed = { 'x-webhook-signature': `t=1705316400000,v1=${signature.replace(/b$/, 'c')}` };
    expect(await send('vector', { body, headers: changed })).toEqual({ status: 401, code: 'credential-invalid' });
  });
});
