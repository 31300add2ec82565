import { inspect } from 'node:util';
import type { Clock } from '@mediahooks/core';
import { type TpstreamsApiOptions, tpstreamsApi } from '../../src/index.ts';
import { type ApiServer, apiToken, organizationId, startApiServer } from './api-server.ts';

const url = 'https://example.com/webhooks/tpstreams';
const secretToken = 'a-token-for-the-receiver';

let server: ApiServer;
/** What was waited for. A wait of back-off ends at once; a time-out only when `expire` is called. */
let waits: number[];
let expire: () => void;

beforeEach(async () => {
  server = await startApiServer();
  waits = [];
  expire = () => undefined;
});
afterEach(() => server.close());

const timeoutMs = 15_000;
const clock: Clock = {
  now: () => Date.parse('2026-01-01T00:00:00Z'),
  after(ms, callback) {
    if (ms === timeoutMs) {
      expire = callback;
      return () => undefined;
    }
    waits.push(ms);
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

const api = (options: Partial<TpstreamsApiOptions> = {}) =>
  tpstreamsApi({ organizationId, token: apiToken, baseUrl: server.baseUrl, clock, random: () => 0.5, ...options })
    .webhooks;

const known = (id: string, of: Partial<{ url: string; secret_token: string }> = {}) => {
  server.webhooks.push({ id, url, secret_token: secretToken, ...of });
};

describe('tpstreamsApi', () => {
  test('creates, lists, updates and deletes', async () => {
    const created = await api().create({ url, secretToken });
    expect(created).toEqual({ id: expect.any(String), url, secretToken });
    expect(await api().list()).toEqual([created]);

    const moved = await api().update(created.id, { url: `${url}?to=2`, secretToken: 'another' });
    expect(moved).toEqual({ id: created.id, url: `${url}?to=2`, secretToken: 'another' });

    await api().delete(created.id);
    expect(await api().list()).toEqual([]);
  });

  test('follows the pages of a list', async () => {
    for (let index = 0; index < 5; index += 1) known(`w${index}`);
    expect((await api().list()).map(({ id }) => id)).toEqual(['w0', 'w1', 'w2', 'w3', 'w4']);
    expect(server.requests).toHaveLength(3);
  });

  test('does not follow a next page to another server: the token would go there', async () => {
    for (let index = 0; index < 5; index += 1) known(`w${index}`);
    const other = await startApiServer();
    try {
      server.nextPage = `${other.baseUrl}/api/v1/${organizationId}/webhooks/`;
      await expect(api().list()).rejects.toMatchObject({ code: 'tpstreams-unexpected' });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('ends a list whose pages go round in a circle', async () => {
    for (let index = 0; index < 5; index += 1) known(`w${index}`);
    server.nextPage = `${server.baseUrl}/api/v1/${organizationId}/webhooks/`;
    await expect(api().list()).rejects.toMatchObject({ code: 'tpstreams-unexpected' });
  });

  test.each<[string, string, number, string, () => Promise<unknown>]>([
    ['401', 'tpstreams-unauthorized', 401, 'Invalid token.', () => api({ token: 'wrong' }).list()],
    [
      '404 in plain text',
      'tpstreams-not-found',
      404,
      'The requested resource was not found on this server.',
      () => api({ organizationId: 'elsewhere' }).list(),
    ],
    ['404 as JSON', 'tpstreams-not-found', 404, 'Not found.', () => api().update('gone', { url, secretToken })],
    ['404 of a delete', 'tpstreams-not-found', 404, 'Not found.', () => api().delete('gone')],
  ])('%s is a typed error with the words of the server', async (_, code, status, detail, call) => {
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TpstreamsApiError', code, status, detail });
    expect(String(error)).toContain(detail);
    expect(server.requests).toHaveLength(1);
  });

  test('tells of each field that was refused', async () => {
    server.troubles.push({
      status: 400,
      body: '{"url":["Enter a valid URL."],"secret_token":["Too short.","Too plain."]}',
    });
    await expect(api().create({ url, secretToken })).rejects.toMatchObject({
      code: 'tpstreams-refused',
      status: 400,
      detail: 'url: Enter a valid URL.; secret_token: Too short. Too plain.',
    });
  });

  test('sends again on 429, after what the server asks for, and on 5xx, each time later', async () => {
    server.troubles.push(
      { status: 429, body: '', headers: { 'retry-after': '7' } },
      { status: 503, body: '<html>busy</html>' },
      { status: 500, body: '' },
    );
    expect(await api().list()).toEqual([]);
    expect(waits).toEqual([7000, 1000, 2000]);
  });

  test('waits until the date that Retry-After names, and no longer than a minute', async () => {
    server.troubles.push(
      { status: 429, body: '', headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' } },
      { status: 429, body: '', headers: { 'retry-after': '86400' } },
    );
    await api().list();
    expect(waits).toEqual([30_000, 60_000]);
  });

  test('gives up after the attempts there are, with the last status', async () => {
    for (let index = 0; index < 9; index += 1) server.troubles.push({ status: 502, body: 'Bad gateway' });
    await expect(api({ attempts: 3 }).list()).rejects.toMatchObject({
      code: 'tpstreams-unavailable',
      status: 502,
      detail: 'Bad gateway',
    });
    expect(server.requests).toHaveLength(3);
  });

  test('does not send again what was refused', async () => {
    server.troubles.push({ status: 403, body: '{"detail":"You do not have permission."}' });
    await expect(api().list()).rejects.toMatchObject({ code: 'tpstreams-unauthorized', status: 403 });
    expect(server.requests).toHaveLength(1);
  });

  test('ends a request that is not answered in time', async () => {
    server.troubles.push('hang');
    const listed = api({ attempts: 1 }).list();
    const failed = expect(listed).rejects.toMatchObject({ code: 'tpstreams-unavailable', status: undefined });
    for (let turn = 0; turn < 1000 && server.requests.length === 0; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expire();
    await failed;
  });

  test('does not make a webhook twice where the answer to the first request was lost', async () => {
    server.troubles.push('lose-answer');
    const created = await api().create({ url, secretToken });
    expect(server.webhooks).toEqual([{ id: created.id, url, secret_token: secretToken }]);
    expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });

  test('takes a delete whose answer was lost for done', async () => {
    known('w1');
    server.troubles.push('lose-answer');
    await api().delete('w1');
    expect(server.webhooks).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });

  test('follows no redirection', async () => {
    const other = await startApiServer();
    try {
      server.troubles.push({ status: 307, body: '', headers: { location: other.baseUrl } });
      await expect(api().create({ url, secretToken })).rejects.toMatchObject({
        code: 'tpstreams-unexpected',
        status: 307,
      });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test.each([
    ['no JSON', 'hello'],
    ['no list', '{"results":[{"url":1}]}'],
    ['an endless answer', `"${'x'.repeat(5_000_000)}"`],
  ])('an answer with %s is an error', async (_, body) => {
    server.troubles.push({ status: 200, body });
    await expect(api().list()).rejects.toMatchObject({ code: 'tpstreams-unexpected' });
  });

  test('no error shows the API token or the secret token, though the server repeats them', async () => {
    server.troubles.push({
      status: 400,
      body: JSON.stringify({ detail: `${apiToken} and ${secretToken} \u001b[31m\nred` }),
    });
    const error: unknown = await api()
      .create({ url, secretToken })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ detail: '[redacted] and [redacted] \\u001b[31m red' });
    expect(inspect(error, { depth: 9 })).not.toContain(secretToken);
    expect(inspect(error, { depth: 9 })).not.toContain(apiToken);
  });

  test('of what the server says, 300 characters are told', async () => {
    const words = Array.from({ length: 40 }, (_, index) => `word-${index} "é"`).join(' ');
    server.troubles.push({ status: 400, body: JSON.stringify({ detail: words }) });
    server.troubles.push({ status: 400, body: JSON.stringify({ detail: 'x'.repeat(1000) }) });
    const whole = words.slice(0, 300).replaceAll('"', '\\"').replaceAll('é', '\\u00e9');
    await expect(api().list()).rejects.toMatchObject({ detail: `${whole}...` });
    await expect(api().list()).rejects.toMatchObject({ detail: `${'x'.repeat(300)}...` });
  });

  test.each<[string, Partial<TpstreamsApiOptions>, string]>([
    ['an empty token', { token: '' }, 'secret-empty'],
    ['a blank organization', { organizationId: ' ' }, 'secret-empty'],
    ['an unencrypted address', { baseUrl: 'http://app.tpstreams.com' }, 'option-invalid'],
    ['a misspelt option', { timeout: 1 } as object, 'option-unknown'],
  ])('%s does not construct', (_, options, code) => {
    expect(() => api(options)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['no https', { url: 'http://example.com/webhooks/tpstreams', secretToken }, 'option-invalid'],
    ['no address', { url: 'example', secretToken }, 'option-invalid'],
    ['an empty token', { url, secretToken: '' }, 'secret-empty'],
  ])('a webhook with %s is not sent to the server', async (_, settings, code) => {
    await expect(api().create(settings)).rejects.toMatchObject({ code });
    expect(server.requests).toEqual([]);
  });

  test('an id cannot lead to another address', async () => {
    await expect(api().delete('../../other/webhooks')).rejects.toMatchObject({ code: 'option-invalid' });
    expect(server.requests).toEqual([]);
  });
});

describe('ensure', () => {
  test('makes a webhook that is not there', async () => {
    known('other', { url: 'https://example.com/elsewhere' });
    expect(await api().ensure({ url, secretToken })).toEqual({
      kind: 'created',
      webhook: { id: expect.any(String), url, secretToken },
      changed: [],
      removed: [],
    });
    expect(server.webhooks).toHaveLength(2);
  });

  test('changes nothing where it is as it should be, however the address is written', async () => {
    known('w1', { url: 'https://EXAMPLE.com:443/webhooks/tpstreams' });
    expect(await api().ensure({ url, secretToken })).toMatchObject({ kind: 'unchanged', webhook: { id: 'w1' } });
    expect(server.requests).toHaveLength(1);
  });

  test('changes the token, and says so', async () => {
    known('w1', { secret_token: 'the-one-before' });
    expect(await api().ensure({ url, secretToken })).toMatchObject({ kind: 'updated', changed: ['secretToken'] });
    expect(server.webhooks).toEqual([{ id: 'w1', url, secret_token: secretToken }]);
  });

  test('moves the webhook of a previous address', async () => {
    known('w1', { url: 'https://old.example.com/tpstreams' });
    const ensured = await api().ensure({ url, secretToken, previousUrl: 'https://old.example.com/tpstreams' });
    expect(ensured).toMatchObject({ kind: 'updated', changed: ['url'], webhook: { id: 'w1', url } });
    expect(server.webhooks).toHaveLength(1);
  });

  test('keeps the one that is right of several, and removes its doubles only', async () => {
    known('w1', { secret_token: 'old' });
    known('w2');
    known('other', { url: 'https://example.com/elsewhere' });
    expect(await api().ensure({ url, secretToken })).toMatchObject({
      kind: 'updated',
      webhook: { id: 'w2' },
      changed: [],
      removed: ['w1'],
    });
    expect(server.webhooks.map(({ id }) => id)).toEqual(['w2', 'other']);
  });

  test('done twice, it changes nothing the second time', async () => {
    await api().ensure({ url, secretToken });
    expect(await api().ensure({ url, secretToken })).toMatchObject({ kind: 'unchanged' });
    expect(server.webhooks).toHaveLength(1);
  });
});
