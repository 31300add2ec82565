import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { deliver, type JsonValue, type TestDelivery, testCredentials } from '@mediahooks/testing';
import { runCli } from '../../cli/test/command.ts';
import { buildNextApp, type NextApp } from './start/next-app.ts';
import type { NextServer } from './start/next-server.ts';

const folder = fileURLToPath(new URL('../../../examples/next/', import.meta.url));

const secrets = {
  MEDIAHOOKS_IGNITE_SECRET: testCredentials.ignite.secret,
  MEDIAHOOKS_TPSTREAMS_TOKEN: testCredentials.tpstreams.token,
  MEDIAHOOKS_ECHO3D_URL_TOKEN: testCredentials.echo3d.urlToken,
  MEDIAHOOKS_ECHO3D_API_KEY: testCredentials.echo3d.apiKey,
};

let app: NextApp;
let server: NextServer;

beforeAll(async () => {
  // why: without secrets, as in the build of a container. Types are checked by next build itself.
  app = await buildNextApp(folder, {});
  server = await app.start(secrets);
}, 180_000);

afterAll(() => app?.remove());

const answerTo = async (delivery: TestDelivery, mount: string) => {
  const response = await delivery.sendTo(`${server.url}${mount}`);
  const answer = await response.json();
  return { status: response.status, code: answer.code ?? answer.outcome };
};

const page = async (path: string): Promise<string> => {
  const response = await fetch(`${server.url}${path}`);
  expect(response.status).toBe(200);
  return response.text();
};

const handled = { status: 200, code: 'handled' };
const forged = { status: 401, code: 'credential-invalid' };

const video = (title: string) => (example: JsonValue) =>
  Object.assign({}, example, { id: title, title, status: 'COMPLETE' });

describe('examples/next', () => {
  test('checks its types when it is built', () => {
    expect(app.buildOutput).toContain('Finished TypeScript');
  });

  test('shows a video of Ignite once it is ready, and no longer when it is deleted', async () => {
    expect(await page('/')).not.toContain('The Long Walk');
    const payload = video('The Long Walk');
    expect(await answerTo(deliver('ignite', 'video.updated', { payload, tamper: 'body' }), '/webhooks')).toEqual(
      forged,
    );
    expect(await page('/')).not.toContain('The Long Walk');
    expect(await answerTo(deliver('ignite', 'video.updated', { payload }), '/webhooks')).toEqual(handled);
    expect(await page('/')).toContain('The Long Walk');
    expect(await answerTo(deliver('ignite', 'video.deleted', { payload }), '/webhooks')).toEqual(handled);
    expect(await page('/')).not.toContain('The Long Walk');
  });

  test('shows a video of TPStreams once it is ready', async () => {
    const payload = (example: JsonValue) => Object.assign({}, example, { title: 'A Short Ride' });
    const tampered = deliver('tpstreams', 'video.completed', { payload, tamper: 'credential' });
    expect(await answerTo(tampered, '/webhooks')).toEqual(forged);
    expect(await page('/')).not.toContain('A Short Ride');
    expect(await answerTo(deliver('tpstreams', 'video.completed', { payload }), '/webhooks')).toEqual(handled);
    expect(await page('/')).toContain('A Short Ride');
  });

  test.each(['query', 'path'] as const)('shows a model of echo3D, the token being in the %s', async (tokenIn) => {
    const payload = (example: JsonValue) => Object.assign({}, example, { entryIds: [`by-${tokenIn}`] });
    const tampered = deliver('echo3d', 'Processed', { payload, tokenIn, tamper: 'credential' });
    expect(await answerTo(tampered, '/api/webhooks')).toEqual(forged);
    expect(await page('/models')).not.toContain(`Model by-${tokenIn}`);
    expect(await answerTo(deliver('echo3d', 'Processed', { payload, tokenIn }), '/api/webhooks')).toEqual(handled);
    expect(await page('/models')).toContain(`by-${tokenIn}`);
  });

  test('answers 2xx to every type that the command can send, of its sources', async () => {
    for (const [source, mount, status] of [
      ['ignite', '/webhooks', 0],
      ['tpstreams', '/webhooks', 0],
      ['echo3d', '/api/webhooks', 0],
      ['echo3d', '/webhooks', 1],
    ] as const) {
      const args = ['send', source, 'all', '--to', `${server.url}${mount}`];
      const ended = await runCli(args, { directory: folder, environment: secrets });
      expect({ source, mount, status: ended.status }).toEqual({ source, mount, status });
    }
  }, 30_000);

  test('answers other methods with 405 and what is allowed', async () => {
    for (const path of ['/webhooks/ignite', '/api/webhooks/echo3d']) {
      const response = await fetch(`${server.url}${path}`);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  test('serves nothing with a secret missing, and names the variable', async () => {
    // why empty and not left out: Next.js would read it from an .env that somebody who tries the example has made.
    const unfit = await app.start({ ...secrets, MEDIAHOOKS_IGNITE_SECRET: '' });
    expect((await fetch(unfit.url)).status).toBe(500);
    await unfit.written('MEDIAHOOKS_IGNITE_SECRET');
  }, 30_000);

  test('has a line in .env.example for every variable it reads', async () => {
    const read = (file: string): Promise<string> => readFile(`${folder}${file}`, 'utf8');
    const files = ['lib/list.ts', 'lib/video-webhooks.ts', 'lib/model-webhooks.ts', 'app/api/drain/route.ts'];
    const sources = await Promise.all(files.map(read));
    const used = [...sources.join('').matchAll(/\benv\.([A-Z0-9_]+)/g)].map(([, name]) => name);
    const listed = [...(await read('.env.example')).matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(new Set(listed)).toEqual(new Set(used));
  });
});
