import { rmSync } from 'node:fs';
import { z } from 'zod';
import { type ApiServer, apiToken, organizationId, startApiServer } from '../../providers/test/tpstreams/api-server.ts';
import { everything, runCli, temporaryFolder } from './command.ts';

const secretToken = 'cli-test-secret-token-41cd';
const url = 'https://example.com/webhooks/tpstreams';
const directory = temporaryFolder();
let server: ApiServer;

beforeEach(async () => {
  server = await startApiServer();
});

afterEach(() => server.close());

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const variables = {
  MEDIAHOOKS_TPSTREAMS_API_TOKEN: apiToken,
  MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID: organizationId,
  MEDIAHOOKS_TPSTREAMS_TOKEN: secretToken,
};

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = variables) =>
  runCli(['tpstreams', 'webhooks', ...args, '--api', server.baseUrl], { directory, environment });

const webhook = z.strictObject({ id: z.string(), url: z.string() });
const ensured = z.strictObject({
  kind: z.enum(['created', 'updated', 'unchanged']),
  webhook,
  changed: z.array(z.enum(['secretToken', 'url'])),
  removed: z.array(z.string()),
});

describe('mediahooks tpstreams webhooks', () => {
  test('creates, lists, updates and deletes', async () => {
    const created = await run(['create', '--url', url, '--json']);
    expect(created.status).toBe(0);
    const { id } = z.strictObject({ kind: z.literal('created'), webhook }).parse(JSON.parse(created.stdout)).webhook;
    expect(server.webhooks).toEqual([{ id, url, secret_token: secretToken }]);

    const listed = await run(['list', '--json']);
    expect(z.strictObject({ webhooks: z.array(webhook) }).parse(JSON.parse(listed.stdout))).toEqual({
      webhooks: [{ id, url }],
    });
    expect((await run(['list'])).stdout).toBe(`${id}  ${url}\n`);

    expect((await run(['update', id, '--url', `${url}2`])).stdout).toBe(`updated ${id}  ${url}2\n`);
    expect((await run(['delete', id])).stdout).toBe(`deleted ${id}\n`);
    expect(server.webhooks).toEqual([]);
  });

  test('ensure says what it changed, and nothing the second time', async () => {
    server.webhooks.push({ id: 'w1', url, secret_token: 'old' }, { id: 'w2', url, secret_token: 'older' });
    const first = await run(['ensure', '--url', url, '--json']);
    expect(ensured.parse(JSON.parse(first.stdout))).toEqual({
      kind: 'updated',
      webhook: { id: 'w1', url },
      changed: ['secretToken'],
      removed: ['w2'],
    });
    const second = await run(['ensure', '--url', url]);
    expect(second).toMatchObject({ status: 0, stdout: `unchanged w1  ${url}\n` });
  });

  test('ensure tells a person what it changed', async () => {
    server.webhooks.push({ id: 'w1', url: 'https://old.example.com/', secret_token: 'old' });
    const { stdout } = await run(['ensure', '--url', url, '--previous-url', 'https://old.example.com']);
    expect(stdout).toBe(`updated w1  ${url}\n  changed: the address, the secret token\n`);
  });

  test('a wrong token ends with 1 and the words of the server', async () => {
    const { status, stderr } = await run(['list'], { ...variables, MEDIAHOOKS_TPSTREAMS_API_TOKEN: 'another-token' });
    expect(status).toBe(1);
    expect(stderr).toContain('Invalid token.');
  });

  test('a server that is away ends with 3', async () => {
    for (let index = 0; index < 9; index += 1)
      server.troubles.push({ status: 503, body: '', headers: { 'retry-after': '0' } });
    const { status, stderr } = await run(['list', '--json']);
    expect(status).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'tpstreams-unavailable' } });
  });

  test.each([
    ['the organization', 'MEDIAHOOKS_TPSTREAMS_ORGANIZATION_ID'],
    ["the API's token", 'MEDIAHOOKS_TPSTREAMS_API_TOKEN'],
    ['the secret token', 'MEDIAHOOKS_TPSTREAMS_TOKEN'],
  ])('without %s it ends with 2 and names the variable', async (_, name) => {
    const { [name]: _left, ...rest }: Readonly<Record<string, string>> = variables;
    const { status, stderr } = await run(['ensure', '--url', url], rest);
    expect(status).toBe(2);
    expect(stderr).toContain(name);
    expect(server.webhooks).toEqual([]);
  });

  test('an address without https is not registered', async () => {
    const { status, stderr } = await run(['create', '--url', 'http://example.com/webhooks/tpstreams']);
    expect(status).toBe(2);
    expect(stderr).toContain('https');
    expect(server.requests).toEqual([]);
  });

  test('no secret was printed by any of these', () => {
    const output = everything.join('');
    expect(output).toContain(url);
    for (const secret of [apiToken, secretToken, 'another-token']) expect(output).not.toContain(secret);
  });
});
