import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createTestDelivery, deliver, deliverableTypes } from '@mediahooks/testing';
import { z } from 'zod';
import { endCommands, everything, type Running, runCli, startCommand, temporaryFolder } from './command.ts';
import { freePort } from './free-port.ts';
import { secrets, secretValues, startReceiver, type TestReceiver } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

/** Milliseconds, to a thousandth. */
const rounded = z.number().refine((ms) => ms === Number(ms.toFixed(3)));

const listening = z.strictObject({
  kind: z.literal('listening'),
  url: z.url(),
  sources: z.array(z.string()),
  inbox: z.string().nullable(),
  forward: z.string().nullable(),
  madeUpFile: z.string().nullable(),
});
const delivery = z.strictObject({
  kind: z.literal('delivery'),
  delivery: z.uuid(),
  at: z.iso.datetime(),
  source: z.string().nullable(),
  address: z.string().nullable(),
  bytes: z.int(),
  outcome: z.string(),
  status: z.int(),
  code: z.string().nullable(),
  cause: z.string().nullable(),
  hint: z.string().nullable(),
  events: z.array(
    z.strictObject({ type: z.string(), name: z.string(), subject: z.string().nullable(), payload: z.unknown() }),
  ),
  durationMs: rounded,
});
const forwarded = z.union([
  z.strictObject({
    kind: z.literal('forwarded'),
    delivery: z.uuid(),
    status: z.int(),
    code: z.string().optional(),
    durationMs: rounded,
  }),
  z.strictObject({ kind: z.literal('forwarded'), delivery: z.uuid(), failure: z.string() }),
]);
const line = z.union([listening, delivery, forwarded]);

const directories: string[] = [];
const folder = (): string => {
  const made = temporaryFolder();
  directories.push(made);
  return made;
};

const apps: TestReceiver[] = [];

/** An app of a user's, behind `mediahooks listen`. */
const startApp = async (options: Parameters<typeof startReceiver>[0] = {}): Promise<TestReceiver> => {
  const app = await startReceiver(options);
  apps.push(app);
  return app;
};

const running: Running[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.interrupt();
  for (const app of apps.splice(0)) await app.close();
});

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** Starts `mediahooks listen` on any port, and gives where it listens. */
const listen = async (
  args: readonly string[],
  directory = folder(),
  environment: Readonly<Record<string, string>> = {
    ...secrets,
    MEDIAHOOKS_GCORE: 'on',
    MEDIAHOOKS_TRUST_PROXY: 'loopback',
  },
) => {
  const command = startCommand(['listen', '--port', '0', ...args], { directory, environment });
  running.push(command);
  const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(await command.written('/webhooks'))?.[0] ?? '';
  return { command, directory, url };
};

const documents = (text: string) =>
  text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => line.parse(JSON.parse(one)));

describe('mediahooks listen', () => {
  test('with nothing configured makes secrets up that only its user can read, and mediahooks send knows them', async () => {
    const { command, directory, url } = await listen(['--json'], folder(), {});
    expect(statSync(join(directory, '.mediahooks.env')).mode & 0o777).toBe(0o600);
    for (const source of ['gcore', 'ignite', 'tpstreams', 'echo3d', '3q']) {
      const sent = await runCli(['send', source, 'all', '--to', url, '--json'], { directory });
      expect({ source, status: sent.status }).toEqual({ source, status: 0 });
    }
    const stranger = await runCli(['send', 'ignite', 'all', '--to', url], { directory, environment: secrets });
    expect(stranger.status).toBe(1);
    const { status, stdout } = await command.interrupt();
    expect(status).toBe(0);
    const said = documents(stdout);
    expect(said[0]).toMatchObject({ kind: 'listening', inbox: 'mediahooks-listen.db', madeUpFile: '.mediahooks.env' });
    const genuine = said.filter((one) => one.kind === 'delivery' && one.status === 202);
    expect(genuine).toHaveLength(Object.values(deliverableTypes).flat().length);
    const madeUp = [...readFileSync(join(directory, '.mediahooks.env'), 'utf8').matchAll(/(?:SECRET|TOKEN|KEY)=(.+)/g)];
    expect(madeUp).toHaveLength(5);
    for (const [, secret = ''] of madeUp) expect(everything.filter((text) => text.includes(secret))).toEqual([]);
  });

  test('makes nothing up where a source is configured, nor writes over what it made up before', async () => {
    const configured = await listen(['--no-inbox']);
    expect(() => statSync(join(configured.directory, '.mediahooks.env'))).toThrow('ENOENT');
    const directory = folder();
    writeFileSync(
      join(directory, '.mediahooks.env'),
      `MEDIAHOOKS_TPSTREAMS_TOKEN=${secrets.MEDIAHOOKS_TPSTREAMS_TOKEN}\n`,
    );
    const { url } = await listen(['--no-inbox'], directory, {});
    expect(readFileSync(join(directory, '.mediahooks.env'), 'utf8')).toContain(secrets.MEDIAHOOKS_TPSTREAMS_TOKEN);
    const sent = await runCli(['send', 'tpstreams', 'video.completed', '--to', url], { directory });
    expect(sent).toMatchObject({ status: 0, stderr: expect.stringContaining('.mediahooks.env') });
  });

  test('says which of the files it makes git would take, until they are ignored', async () => {
    const directory = folder();
    const said = async (...args: readonly string[]): Promise<string[]> => saidWith({}, ...args);
    const saidWith = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
      const { command } = await listen(args, directory, environment);
      const { stdout } = await command.interrupt();
      return stdout.split('\n').flatMap((one) => /^ +git would take (.+) from here: /.exec(one)?.[1] ?? []);
    };
    // in no repository, or without git, there is nothing to say
    expect(await said()).toEqual([]);
    execFileSync('git', ['init', '--quiet'], { cwd: directory });
    expect(await said()).toEqual(['.mediahooks.env and mediahooks-listen.db*']);
    expect(await saidWith({ PATH: join(directory, 'nothing') })).toEqual([]);
    expect(await said('--inbox', 'own.db')).toEqual(['.mediahooks.env and own.db*']);
    expect(await said('--no-inbox')).toEqual(['.mediahooks.env']);
    expect(await said('--inbox', join(folder(), 'elsewhere.db'))).toEqual(['.mediahooks.env']);
    // the log beside it holds deliveries, too
    writeFileSync(join(directory, '.gitignore'), '*.env\n*.db\n');
    expect(await said()).toEqual(['mediahooks-listen.db*']);
    writeFileSync(join(directory, '.gitignore'), '*.env\n*.db*\n');
    expect(await said()).toEqual([]);
  });

  test('starts nothing that the repository it is in tells git to start', async () => {
    const directory = folder();
    const started = join(directory, 'started');
    execFileSync('git', ['init', '--quiet'], { cwd: directory });
    execFileSync('git', ['config', 'core.fsmonitor', `touch '${started}'; false`], { cwd: directory });
    const { command } = await listen([], directory, {});
    expect((await command.interrupt()).stdout).toContain('git would take');
    expect(existsSync(started)).toBe(false);
  });

  test('starts no git that lies in the folder it is in', async () => {
    const directory = folder();
    const started = join(directory, 'started');
    writeFileSync(join(directory, 'git'), `#!/bin/sh\ntouch '${started}'\n`, { mode: 0o700 });
    // an empty entry is the current folder, which Windows looks into without one
    const { command } = await listen([], directory, { PATH: `:${process.env.PATH}` });
    await command.interrupt();
    expect(existsSync(started)).toBe(false);
  });

  test('answers nothing before it has said where it listens, and then what has come meanwhile', async () => {
    const directory = folder();
    const port = await freePort();
    // a git that does not answer before a delivery was sent, whose sender then goes away
    const request = String.raw`POST /webhooks/ignite HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`;
    const send = `const s = require('net').connect(${port}, '127.0.0.1', () => s.write('${request}', () => process.exit(1)))`;
    writeFileSync(join(directory, 'git'), `#!/bin/sh\nexec '${process.execPath}' -e "${send}"\n`, { mode: 0o700 });
    const { command } = await listen(['--port', String(port)], directory, { PATH: directory });
    await command.written('  ignite  ');
    expect((await command.interrupt()).stdout).toMatch(/^Listening on .*\n(?: {2}.*\n)+[\d:]{8} {2}ignite {2}4\d\d /);
  });

  test('shows what comes, redacted, and a refusal with its hint', async () => {
    const { command, url } = await listen(['--no-inbox', '--full']);
    await deliver('tpstreams', 'livestream.streaming', { token: secrets.MEDIAHOOKS_TPSTREAMS_TOKEN }).sendTo(url);
    await deliver('ignite', 'video.updated', { secret: 'whsec_of-somebody-else' }).sendTo(url);
    const { stdout } = await command.interrupt();
    expect(stdout).toContain('tpstreams livestream.streaming  200 handled');
    expect(stdout).toContain('"stream_key": "[redacted]"');
    expect(stdout).not.toContain('org-sample-stream-key');
    expect(stdout).toMatch(
      /ignite {2}401 credential-invalid .*\n +The signature in x-webhook-signature does not match/,
    );
  });

  test('prints nothing of a payload that a terminal would obey', async () => {
    const { command, url } = await listen(['--no-inbox', '--full']);
    const evil = 'before\u001b[2J\u009b31m\u202eafter';
    const payload = {
      id: evil,
      createdAt: '2024-01-15T10:30:00.000Z',
      updatedAt: '2024-01-15T10:30:00.000Z',
      title: evil,
    };
    await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET, payload }).sendTo(url);
    const { stdout } = await command.interrupt();
    expect(stdout).toContain('before');
    expect(stdout).toMatch(/^[\n\x20-\x7e\u2026]*$/);
  });

  test.each([
    ['--no-inbox', [], 'handled'],
    ['its own inbox', [], 'stored'],
  ])('ends with 0 when it is interrupted, with %s', async (name, _args, outcome) => {
    const { command, url } = await listen(name === '--no-inbox' ? [name, '--json'] : ['--json']);
    const sent = await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET }).sendTo(url);
    expect(await sent.json()).toMatchObject({ outcome });
    expect(await command.interrupt()).toMatchObject({ status: 0, stderr: '' });
  });

  test('says that a port is taken, and which to try', async () => {
    const { url, directory } = await listen(['--no-inbox']);
    const { port } = new URL(url);
    const second = await runCli(['listen', '--no-inbox', '--port', port], { directory, environment: secrets });
    expect(second).toMatchObject({ status: 3, stderr: expect.stringContaining(`--port ${Number(port) + 1}`) });
  });

  test.each([
    ['the port is taken', {}, [], 3],
    ['a secret is empty', { MEDIAHOOKS_IGNITE_SECRET: ' ' }, [], 2],
    ['a setting cannot be used', { MEDIAHOOKS_TRUST_PROXY: 'nobody' }, [], 2],
    ['an inbox cannot be opened', {}, ['--inbox', 'no/such/folder.db'], 2],
    ['an inbox is named, and none is wanted', {}, ['--inbox', 'own.db', '--no-inbox'], 2],
    ['no inbox is wanted, and one is named', {}, ['--no-inbox', '--inbox', 'own.db'], 2],
  ])('leaves nothing behind where it cannot begin, because %s', async (_why, environment, args, status) => {
    const { url } = await listen(['--no-inbox']);
    const directory = folder();
    const port = status === 3 ? new URL(url).port : '0';
    const ended = await runCli(['listen', '--port', port, ...args], { directory, environment });
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('says that an address is not of this machine, rather than ask for another port', async () => {
    const elsewhere = await runCli(['listen', '--no-inbox', '--host', '192.0.2.1', '--port', '0'], {
      directory: folder(),
      environment: secrets,
    });
    expect(elsewhere).toMatchObject({ status: 3, stderr: expect.stringContaining('--host 127.0.0.1') });
    expect(elsewhere.stderr).not.toContain('port');
  });
});

describe('mediahooks listen --forward', () => {
  test('passes bytes and headers on that still verify, of every platform, and shows the answers', async () => {
    const app = await startApp({ trustProxy: 1 });
    const { command, url, directory } = await listen(['--json', '--forward', app.url]);
    for (const source of ['gcore', 'ignite', 'tpstreams', 'echo3d', '3q']) {
      const sent = await runCli(['send', source, 'all', '--to', url], { directory, environment: secrets });
      expect({ source, status: sent.status }).toEqual({ source, status: 0 });
    }
    const { stdout } = await command.interrupt();
    const answers = documents(stdout).filter((one) => one.kind === 'forwarded');
    expect(answers.map((answer) => ('status' in answer ? `${answer.status} ${answer.code}` : answer.failure))).toEqual(
      Object.values(deliverableTypes)
        .flat()
        .map(() => '200 handled'),
    );
    const expected = Object.entries(deliverableTypes).flatMap(([provider, types]) =>
      types.map((type) => `${provider === 'threeq' ? '3q' : provider}.${type}`),
    );
    expect(app.events).toEqual(expected);
  });

  test('changes no byte, no header and no part of the URL', async () => {
    const app = await startApp();
    const { command, url } = await listen(['--no-inbox', '--forward', app.url]);
    const body =
      '{"id" : "x",\r\n\t"createdAt":"2024-01-15T10:30:00.000Z","updatedAt":"2024-01-15T10:30:00.000Z","title":"\\u00fc\u00fc"}\n';
    const signed = deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET, body });
    const odd = createTestDelivery({
      ...signed,
      path: '/ignite?a=%20b&a=c&d',
      headerLines: [...signed.headerLines, ['x-twice', 'one'], ['x-twice', 'two, three']],
    });
    expect((await odd.sendTo(url)).status).toBe(200);
    await command.written('forwarded:');
    await command.interrupt();
    expect(Buffer.from(app.bodies[0] ?? []).toString()).toBe(body);
    const [request] = app.requests;
    expect({ path: request?.path, query: request?.query, twice: request?.headers.all('x-twice') }).toEqual({
      path: '/ignite',
      query: 'a=%20b&a=c&d',
      twice: ['one', 'two, three'],
    });
    for (const [name, value] of odd.headerLines) expect(request?.headers.all(name.toLowerCase())).toContain(value);
  });

  test('passes nothing on that is not genuine', async () => {
    const app = await startApp();
    const { command, url } = await listen(['--no-inbox', '--forward', app.url]);
    await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET, tamper: 'body' }).sendTo(url);
    await deliver('gcore', 'video.ready', { forwardedFor: '203.0.113.9' }).sendTo(url);
    const { stdout } = await command.interrupt();
    expect(stdout).toContain('credential-invalid');
    expect(stdout).toContain('address-not-allowed');
    expect(app.requests).toEqual([]);
  });

  test('tells the app which address it has verified, and not what a sender claims', async () => {
    const app = await startApp({ trustProxy: 1 });
    const { MEDIAHOOKS_IGNITE_SECRET, ...others } = secrets;
    // nothing is believed of this machine's programs here: the sender is this machine
    const { command, url } = await listen(['--no-inbox', '--forward', app.url], folder(), {
      MEDIAHOOKS_IGNITE_SECRET,
      ...others,
    });
    const claims = deliver('ignite', 'video.updated', {
      secret: MEDIAHOOKS_IGNITE_SECRET,
      headers: { 'x-forwarded-for': '92.223.123.5' },
    });
    expect((await claims.sendTo(url)).status).toBe(200);
    await command.written('forwarded:');
    expect(app.requests[0]?.headers.all('x-forwarded-for').join(', ')).toBe('92.223.123.5, 127.0.0.1');
  });

  test('says so where the app cannot be reached, and the delivery is accepted all the same', async () => {
    const { command, url } = await listen(['--no-inbox', '--forward', 'http://127.0.0.1:1/webhooks']);
    const sent = await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET }).sendTo(url);
    expect(sent.status).toBe(200);
    expect(await command.written('not forwarded:')).toContain('ECONNREFUSED');
  });
});

test('with --config and --json, nothing but documents is on standard output, whatever the module and its handlers write', async () => {
  const directory = folder();
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(directory, 'node_modules'));
  writeFileSync(
    join(directory, 'webhooks.mjs'),
    `import { createWebhooks } from '@mediahooks/core';
     import { ignite } from '@mediahooks/providers/ignite';
     console.log('LOADED');
     export const webhooks = createWebhooks({ sources: { mine: ignite({ secret: process.env.MEDIAHOOKS_IGNITE_SECRET }) }, logger: false });
     webhooks.on('*', () => {
       console.log('HANDLED');
       process.stdout.write('WRITTEN\\n');
     });`,
  );
  const { command, url } = await listen(['--json', '--config', './webhooks.mjs'], directory, secrets);
  const signed = deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET });
  expect((await signed.sendTo(url)).status).toBe(404);
  const own = createTestDelivery({ ...signed, path: '/mine' });
  expect((await own.sendTo(url)).status).toBe(200);
  const { status, stderr, stdout } = await command.interrupt();
  expect(status).toBe(0);
  expect(stderr).toBe('LOADED\nHANDLED\nWRITTEN\n');
  expect(documents(stdout)).toMatchObject([
    { kind: 'listening', sources: ['mine'] },
    { kind: 'delivery', status: 404 },
    { kind: 'delivery', status: 200, source: 'mine' },
  ]);
});

test('a request that is cut short is shown, and ends nothing', async () => {
  const { command, url } = await listen(['--no-inbox', '--json']);
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('POST /webhooks/ignite HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"id":');
  expect(await command.written('body-incomplete')).toContain('"status":400');
  socket.destroy();
  const sent = await deliver('ignite', 'video.updated', { secret: secrets.MEDIAHOOKS_IGNITE_SECRET }).sendTo(url);
  expect(sent.status).toBe(200);
});

test('nothing that any command printed contains a secret', async () => {
  for (const one of running.splice(0)) await one.interrupt();
  expect(everything.length).toBeGreaterThan(10);
  for (const secret of secretValues) expect(everything.filter((text) => text.includes(secret))).toEqual([]);
});
