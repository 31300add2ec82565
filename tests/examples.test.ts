import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deliver, foreignAddress, testCredentials } from '@mediahooks/testing';
import { runCli } from '../packages/cli/test/command.ts';
import { type RunningApp, startApp } from './project/app.ts';
import { compiler, repository, runScript } from './project/run.ts';
import { temporaryFolder } from './project/tarballs.ts';

const gcoreAddress = testCredentials.gcore.address;

const secrets = {
  MEDIAHOOKS_IGNITE_SECRET: testCredentials.ignite.secret,
  MEDIAHOOKS_TPSTREAMS_TOKEN: testCredentials.tpstreams.token,
  MEDIAHOOKS_ECHO3D_URL_TOKEN: testCredentials.echo3d.urlToken,
  MEDIAHOOKS_ECHO3D_API_KEY: testCredentials.echo3d.apiKey,
  MEDIAHOOKS_3Q_SECRET: testCredentials.threeq.secret.value,
};

/** What an app answered: the status, and the code where it refused. */
const answerOf = async (sent: Promise<Response>): Promise<object> => {
  const response = await sent;
  const { code, outcome } = await response.json();
  return { status: response.status, ...(code !== undefined && { code }), ...(outcome !== undefined && { outcome }) };
};

const handled = { status: 200, outcome: 'handled' };

/** What `mediahooks send` ends with for every type of each source: 0 where all were answered 2xx. */
const sendAll = async (to: string, sources: readonly string[]): Promise<object> => {
  const ended: Record<string, number | null> = {};
  for (const source of sources) {
    const environment = { ...secrets, MEDIAHOOKS_3Q_SECRET_IN: 'header', MEDIAHOOKS_3Q_SECRET_NAME: 'x-3q-secret' };
    const { status } = await runCli(['send', source, 'all', '--to', to], { directory: repository, environment });
    ended[source] = status;
  }
  return ended;
};

const getJson = async (url: string): Promise<unknown> => (await fetch(url)).json();

const ids = (entries: unknown): unknown[] => (Array.isArray(entries) ? entries.map((entry) => entry.id) : []);

describe.each(['express', 'koa'])('examples/%s', (example) => {
  test('builds', async () => {
    const directory = join(repository, 'examples', example);
    expect(await runScript(compiler, ['-p', directory])).toMatchObject({ status: 0, output: '' });
  }, 60_000);

  test('has a line in .env.example for every variable it reads', () => {
    const read = (file: string): string => readFileSync(join(repository, 'examples', example, file), 'utf8');
    const sources = ['src/app.ts', 'src/webhooks.ts'];
    const used = sources.flatMap((file) => [...read(file).matchAll(/\benv\.([A-Z0-9_]+)/g)].map(([, name]) => name));
    const listed = [...read('.env.example').matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(new Set(listed)).toEqual(new Set(used));
  });
});

test('inferring the events of all five sources is cheap for the compiler', async () => {
  const args = ['-p', join(repository, 'examples', 'express'), '--noEmit', '--extendedDiagnostics'];
  const { stdout } = await runScript(compiler, args);
  // 38,107 when this was written, 0.5 s of CPU. A number of the compiler's own, so that the machine's load does not matter.
  const instantiations = Number(/^Instantiations: +(\d+)$/m.exec(stdout)?.[1]);
  expect(instantiations).toBeGreaterThan(0);
  expect(instantiations).toBeLessThan(100_000);
}, 60_000);

describe('the catalogue in Express', () => {
  const directory = join(repository, 'examples', 'express');
  const folder = temporaryFolder('express');
  const file = join(folder, 'catalogue.json');
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp('dist/app.js', directory, { ...secrets, CATALOGUE: file, PROXIES: '1' });
  }, 30_000);

  afterAll(async () => {
    await app?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const receiver = (): string => `${app.url}/webhooks`;
  const catalogue = async (): Promise<unknown[]> => ids(await getJson(`${app.url}/catalogue`));

  test('takes in what is ready, of all five platforms', async () => {
    const complete = deliver('ignite', 'video.updated', {
      payload: (video) => Object.assign({}, video, { status: 'COMPLETE' }),
    });
    for (const delivery of [
      deliver('gcore', 'video.ready'),
      complete,
      deliver('tpstreams', 'video.completed'),
      deliver('echo3d', 'Processed'),
      deliver('threeq', 'file.new'),
    ]) {
      expect({ source: delivery.source, ...(await answerOf(delivery.sendTo(receiver()))) }).toEqual({
        source: delivery.source,
        ...handled,
      });
    }
    expect(await catalogue()).toEqual([
      expect.stringMatching(/^gcore:\d+$/),
      expect.stringMatching(/^ignite:\w+$/),
      expect.stringMatching(/^tpstreams:[\w-]+$/),
      expect.stringMatching(/^echo3d:[\w-]+$/),
      expect.stringMatching(/^3q:\d+$/),
    ]);
    expect(ids(JSON.parse(readFileSync(file, 'utf8')))).toEqual(await catalogue());
  });

  test('does a thing once that it is told twice', async () => {
    const before = await catalogue();
    expect(await answerOf(deliver('tpstreams', 'video.completed').sendTo(receiver()))).toEqual(handled);
    expect((await catalogue()).toSorted()).toEqual(before.toSorted());
  });

  test('takes out what is deleted', async () => {
    const remove = deliver('echo3d', 'Delete', {
      payload: (example) => Object.assign({}, example, { entryIds: ['entry-1'] }),
    });
    const add = deliver('echo3d', 'Processed', {
      payload: (example) => Object.assign({}, example, { entryIds: ['entry-1'] }),
    });
    expect(await answerOf(add.sendTo(receiver()))).toEqual(handled);
    expect(await catalogue()).toContain('echo3d:entry-1');
    expect(await answerOf(remove.sendTo(receiver()))).toEqual(handled);
    expect(await catalogue()).not.toContain('echo3d:entry-1');
  });

  test('refuses forgeries, and the catalogue stays as it is', async () => {
    const before = await catalogue();
    const invalid = { status: 401, code: 'credential-invalid' };
    const missing = { status: 401, code: 'credential-missing' };
    const address = { status: 403, code: 'address-not-allowed' };
    for (const [delivery, answer] of [
      [deliver('ignite', 'video.deleted', { tamper: 'body' }), invalid],
      [deliver('ignite', 'video.deleted', { tamper: 'credential-missing' }), missing],
      [deliver('tpstreams', 'video.completed', { tamper: 'credential' }), invalid],
      [deliver('echo3d', 'Delete', { tamper: 'credential' }), invalid],
      [deliver('threeq', 'file.new', { tamper: 'credential-doubled' }), invalid],
      [deliver('gcore', 'video.deleted', { address: foreignAddress }), address],
      // what a sender writes into the header itself stands left of what the one proxy in front wrote
      [deliver('gcore', 'video.deleted', { forwardedFor: `${gcoreAddress}, ${foreignAddress}` }), address],
    ] as const) {
      expect({ source: delivery.source, ...(await answerOf(delivery.sendTo(receiver()))) }).toEqual({
        source: delivery.source,
        ...answer,
      });
    }
    expect(await catalogue()).toEqual(before);
  });

  test('answers 2xx to every type that the command can send', async () => {
    const everyOne = { gcore: 0, ignite: 0, tpstreams: 0, echo3d: 0, '3q': 0 };
    expect(await sendAll(receiver(), Object.keys(everyOne))).toEqual(everyOne);
  }, 30_000);

  test('ends in good order when it is asked to', async () => {
    expect(await app.stop()).toBe(0);
  });

  test('does not start with a secret missing, and names the variable', async () => {
    const { MEDIAHOOKS_IGNITE_SECRET: _, ...others } = secrets;
    await expect(startApp('dist/app.js', directory, { ...others, CATALOGUE: file })).rejects.toThrow(
      'MEDIAHOOKS_IGNITE_SECRET',
    );
  });
});

describe('who is live, in Koa', () => {
  const directory = join(repository, 'examples', 'koa');
  const { MEDIAHOOKS_TPSTREAMS_TOKEN } = secrets;
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp('dist/app.js', directory, { MEDIAHOOKS_TPSTREAMS_TOKEN, PROXIES: '1' });
  }, 30_000);

  afterAll(async () => {
    await app?.stop();
  });

  const receiver = (): string => `${app.url}/webhooks`;
  const live = async (): Promise<unknown[]> => ids(await getJson(`${app.url}/live`));

  test('lists a stream from when it starts until it is paused', async () => {
    expect(await live()).toEqual([]);
    expect(await answerOf(deliver('gcore', 'stream.started').sendTo(receiver()))).toEqual(handled);
    expect(await answerOf(deliver('tpstreams', 'livestream.streaming').sendTo(receiver()))).toEqual(handled);
    expect(await live()).toEqual([expect.stringMatching(/^gcore:\d+$/), expect.stringMatching(/^tpstreams:/)]);
    expect(await answerOf(deliver('gcore', 'stream.paused').sendTo(receiver()))).toEqual(handled);
    expect(await answerOf(deliver('tpstreams', 'livestream.stopped').sendTo(receiver()))).toEqual(handled);
    expect(await live()).toEqual([]);
  });

  test('refuses forgeries, and lists nothing', async () => {
    expect(
      await answerOf(deliver('tpstreams', 'livestream.streaming', { tamper: 'credential' }).sendTo(receiver())),
    ).toEqual({ status: 401, code: 'credential-invalid' });
    expect(await answerOf(deliver('gcore', 'stream.started', { address: foreignAddress }).sendTo(receiver()))).toEqual({
      status: 403,
      code: 'address-not-allowed',
    });
    expect(await answerOf(deliver('ignite', 'video.created').sendTo(receiver()))).toEqual({
      status: 404,
      code: 'unknown-source',
    });
    expect(await live()).toEqual([]);
  });

  test('answers 2xx to every type that the command can send, of its sources', async () => {
    expect(await sendAll(receiver(), ['gcore', 'tpstreams', 'ignite'])).toEqual({ gcore: 0, tpstreams: 0, ignite: 1 });
  }, 30_000);

  test('ends in good order when it is asked to', async () => {
    expect(await app.stop()).toBe(0);
  });
});
