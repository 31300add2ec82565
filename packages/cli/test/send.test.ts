import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { deliverableTypes } from '@mediahooks/testing';
import { z } from 'zod';
import { endCommands, everything, runCli, temporaryFolder } from './command.ts';
import { secrets, secretValues, startReceiver, type TestReceiver } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

/** Milliseconds, to a thousandth. */
const rounded = z.number().refine((ms) => ms === Number(ms.toFixed(3)));

const report = z.strictObject({
  source: z.string(),
  type: z.string(),
  to: z.url(),
  tampered: z.boolean(),
  planned: z.int(),
  accepted: z.int(),
  refused: z.int(),
  unanswered: z.int(),
  interrupted: z.boolean(),
  answers: z.array(z.strictObject({ status: z.int().nullable(), code: z.string().nullable(), count: z.int() })),
  durationMs: rounded,
  latencyMs: z.strictObject({ p50: rounded, p99: rounded, max: rounded }).nullable(),
});

const directory = temporaryFolder();
let receiver: TestReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => runCli(args, { directory, environment: secrets });
const send = (...args: readonly string[]) => run('send', ...args, '--to', receiver.url);
const sendJson = async (...args: readonly string[]) => {
  const { status, stdout } = await send(...args, '--json');
  return { exit: status, ...report.parse(JSON.parse(stdout)) };
};

describe('mediahooks send', () => {
  test.each(Object.entries(deliverableTypes))(
    'sends every type of %s, and a receiver handles each as that type',
    async (provider, types) => {
      const source = provider === 'threeq' ? '3q' : provider;
      expect(await sendJson(source, 'all')).toMatchObject({
        exit: 0,
        accepted: types.length,
        answers: [{ status: 200, code: 'handled', count: types.length }],
      });
      expect(receiver.events).toEqual(types.map((type) => `${source}.${type}`));
    },
  );

  test('sends a name that 3Q does not publish', async () => {
    expect(await sendJson('3q', 'livestream.started')).toMatchObject({ exit: 0, accepted: 1 });
    expect(receiver.events).toEqual(['3q.livestream.started']);
  });

  test('ends with 1 where a delivery is refused, and says with which status and code', async () => {
    const environment = { ...secrets, MEDIAHOOKS_IGNITE_SECRET: 'whsec_another-secret' };
    const { status, stdout } = await runCli(['send', 'ignite', 'video.updated', '--to', receiver.url], {
      directory,
      environment,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('401  credential-invalid') });
    expect(receiver.events).toEqual([]);
  });

  test('ends with 3 where nothing listens', async () => {
    const { status, stdout } = await run('send', 'ignite', 'video.updated', '--to', 'http://127.0.0.1:1/webhooks');
    expect({ status, stdout }).toEqual({ status: 3, stdout: expect.stringContaining('ECONNREFUSED') });
  });

  test('ends with 0 where every forgery is refused, and with 1 where one is accepted', async () => {
    expect(await sendJson('ignite', 'all', '--tamper', 'body')).toMatchObject({ exit: 0, accepted: 0, refused: 3 });
    expect(await sendJson('gcore', 'all', '--tamper')).toMatchObject({ exit: 0, accepted: 0, refused: 18 });
    const trusting = createServer((req, res) => req.resume().on('end', () => res.end('{}')));
    await once(trusting.listen(0, '127.0.0.1'), 'listening');
    const address = trusting.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { status, stdout } = await run('send', 'ignite', 'all', '--tamper', '--to', `http://127.0.0.1:${port}`);
    trusting.closeAllConnections();
    trusting.close();
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('A forgery was accepted') });
  });

  test('changes fields of the payload, wherever the platform puts that', async () => {
    await send('gcore', 'video.ready', '--set', 'id=77', '--set', 'payload.name=A "name"');
    await send(
      'ignite',
      'video.updated',
      '--set',
      'src.hls.0.name=high',
      '--set',
      '__proto__=x',
      '--count',
      '2',
      '--set',
      'id=v-{n}',
    );
    await send('3q', 'file.new', '--set', 'File.Id=5');
    await send('gcore', 'video.ready', '--set', 'body.message.video.id=78');
    expect(receiver.payloads).toMatchObject([
      { id: 77, name: 'A "name"' },
      { id: 'v-1', src: { hls: [{ name: 'high' }] } },
      { id: 'v-2', src: { hls: [{ name: 'high' }] } },
      { File: { Id: 5 } },
      { id: 78 },
    ]);
  });

  test('sends the bytes of a file as they are, signed', async () => {
    const body =
      '{ "id":"from-file",\n"createdAt":"2024-01-15T10:30:00.000Z" , "updatedAt":"2024-01-15T10:30:00.000Z"}\n';
    writeFileSync(join(directory, 'body.json'), body);
    expect(await sendJson('ignite', 'video.updated', '--file', 'body.json')).toMatchObject({ exit: 0, accepted: 1 });
    const input = runCli(
      ['send', 'ignite', 'video.created', '--file', '-', '--set', 'id=edited', '--to', receiver.url],
      {
        directory,
        environment: secrets,
        input: body,
      },
    );
    expect(await input).toMatchObject({ status: 0 });
    expect(receiver.payloads).toMatchObject([{ id: 'from-file' }, { id: 'edited' }]);
    expect(Buffer.from(receiver.bodies[0] ?? []).toString()).toBe(body);
  });

  test('logs in where the address of the receiver has user and password, and shows neither', async () => {
    const to = receiver.url.replace('http://', 'http://someone:cli-test%2Flogin@');
    const { status, stdout } = await run('send', 'ignite', 'video.updated', '--to', to);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(`to ${receiver.url}/ignite`) });
    expect(receiver.requests[0]?.headers.get('authorization')).toBe(`Basic ${btoa('someone:cli-test/login')}`);
  });

  test('sends many at once, each twice and out of order, and every one is handled once', async () => {
    const args = ['--count', '40', '--concurrency', '8', '--duplicate', '--shuffle', '--set', 'id=v-{n}'];
    const { answers, ...rest } = await sendJson('ignite', 'video.updated', ...args);
    expect(rest).toMatchObject({ exit: 0, planned: 80, accepted: 80, unanswered: 0 });
    const counted = answers.map(({ code, count }) => [code, count]).toSorted();
    expect(counted).toEqual(expect.arrayContaining([['handled', 40]]));
    expect(receiver.events).toHaveLength(40);
    const order = receiver.payloads.map((payload) => JSON.stringify(payload));
    expect(order).not.toEqual(order.toSorted());
  });

  test.each([
    [['nowhere', 'video.updated'], 'There is no platform "nowhere"'],
    [['ignite', 'video.exploded'], 'ignite has no type "video.exploded"'],
    [[], 'Say which platform and which type'],
    [['ignite'], 'ignite has: video.created, video.updated, video.deleted; or all'],
    [['tpstreams', 'video.completed', '--tamper', 'body'], 'does not sign its bodies'],
    [['gcore', 'video.ready', '--tamper', 'credential-missing'], 'proven by its address'],
    [['ignite', 'video.updated', '--count', '0'], 'whole number'],
    [['ignite', 'video.updated', '--set', 'title'], '--set must be'],
    [['ignite', 'video.updated', '--file', 'missing.json'], 'there is no such file'],
    [['ignite', 'video.updated', '--secret', 'whsec_cli-test-ignite-7f3a'], "unknown option '--secret'"],
    [['ignite', 'video.updated', '--secret=whsec_unknown-to-the-command'], "unknown option '--secret=…'"],
    [['ignite', 'video.updated', 'whsec_unknown-to-the-command'], 'too many arguments'],
  ])('%j is refused with 2 and a reason, as text and as JSON', async (args, reason) => {
    const text = await send(...args);
    expect(text).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(reason) });
    const { status, stdout, stderr } = await send(...args, '--json');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const { error } = z
      .strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) })
      .parse(JSON.parse(stderr));
    expect(error.message).toContain(reason);
    expect(receiver.requests).toEqual([]);
  });

  test('takes a secret from a file, which counts before the environment, and that before --env-file', async () => {
    const right = secrets.MEDIAHOOKS_IGNITE_SECRET;
    const wrong = 'whsec_cli-test-wrong-secret';
    writeFileSync(join(directory, 'right.txt'), `${right}\n`);
    writeFileSync(join(directory, 'right.env'), `MEDIAHOOKS_IGNITE_SECRET="${right}"\n`);
    writeFileSync(join(directory, 'wrong.env'), `MEDIAHOOKS_IGNITE_SECRET=${wrong}\n`);
    const exit = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
      const all = ['send', 'ignite', 'video.updated', '--to', receiver.url, ...args];
      return (await runCli(all, { directory, environment })).status;
    };
    expect(await exit({ MEDIAHOOKS_IGNITE_SECRET: wrong }, '--secret-file', 'right.txt')).toBe(0);
    expect(await exit({}, '--env-file', 'wrong.env', '--secret-file', 'MEDIAHOOKS_IGNITE_SECRET=right.txt')).toBe(0);
    expect(await exit({}, '--env-file', 'right.env')).toBe(0);
    expect(await exit({ MEDIAHOOKS_IGNITE_SECRET: right }, '--env-file', 'wrong.env')).toBe(0);
    expect(await exit({ MEDIAHOOKS_IGNITE_SECRET: wrong }, '--env-file', 'right.env')).toBe(1);
    expect(await exit({})).toBe(2);
  });

  test('says what to look at: an unnamed .env, another name, another mount, a redirect', async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, '.env'), `MEDIAHOOKS_IGNITE_SECRET=${secrets.MEDIAHOOKS_IGNITE_SECRET}\n`);
    const unnamed = await runCli(['send', 'ignite', 'video.updated', '--to', receiver.url], { directory: elsewhere });
    rmSync(elsewhere, { recursive: true, force: true });
    expect(unnamed).toMatchObject({ status: 2, stderr: expect.stringContaining('--env-file .env.') });
    expect((await send('ignite', 'video.updated', '--as', 'video')).stdout).toContain(
      'has no source of this name: its log lists those it has',
    );
    const moved = createServer((req, res) => {
      const mount = req.url?.split('/')[1] ?? '';
      const answers: Readonly<Record<string, number>> = { moved: 308, parsed: 500, failed: 500 };
      res.writeHead(answers[mount] ?? 404, { location: receiver.url });
      const code = mount === 'parsed' ? 'body-already-parsed' : 'handler-failed';
      req.resume().on('end', () => res.end(JSON.stringify({ code })));
    });
    await once(moved.listen(0, '127.0.0.1'), 'listening');
    const address = moved.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const told = async (mount: string): Promise<string> =>
      (await run('send', 'ignite', 'video.updated', '--to', `${origin}${mount}`)).stdout;
    expect(await told('/parsed')).toContain("The reason is in the receiver's own log");
    expect(await told('/failed')).not.toContain('own log');
    expect(await told('/moved')).toContain('It redirects');
    expect(await told('/hooks')).toContain('Is --to where the receiver is mounted');
    moved.closeAllConnections();
    moved.close();
  });

  test('says what it needs of 3Q with Cognito, and takes a token of the pool from a file', async () => {
    const environment = {
      MEDIAHOOKS_3Q_COGNITO_USER_POOL_ID: 'eu-central-1_Abc',
      MEDIAHOOKS_3Q_COGNITO_CLIENT_ID: 'client',
    };
    const args = ['send', '3q', 'file.new', '--to', receiver.url];
    const without = await runCli(args, { directory, environment });
    expect(without).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--secret-file MEDIAHOOKS_3Q_COGNITO_TOKEN='),
    });
    writeFileSync(join(directory, 'token.txt'), 'a-token-of-the-pool');
    await runCli([...args, '--secret-file', 'MEDIAHOOKS_3Q_COGNITO_TOKEN=token.txt'], { directory, environment });
    expect(receiver.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer a-token-of-the-pool',
    ]);
  });

  test('lists what can be sent', async () => {
    const { status, stdout } = await run('send', '--list', '--json');
    const list = z.strictObject({
      sources: z.array(z.strictObject({ source: z.string(), types: z.array(z.string()), open: z.boolean() })),
    });
    const listed = list.parse(JSON.parse(stdout)).sources.map(({ source, types }) => [source, types]);
    const { threeq, ...others } = deliverableTypes;
    expect({ status, listed }).toEqual({ status: 0, listed: [...Object.entries(others), ['3q', threeq]] });
    expect((await run('send', '--list', 'ignite')).stdout).toBe(
      'ignite video.created\nignite video.updated\nignite video.deleted\n',
    );
  });
});

test('nothing that any command printed contains a secret', () => {
  expect(everything.length).toBeGreaterThan(10);
  for (const secret of [
    ...secretValues,
    'whsec_unknown-to-the-command',
    'a-token-of-the-pool',
    'cli-test%2Flogin',
    'cli-test/login',
  ])
    expect(everything.filter((text) => text.includes(secret))).toEqual([]);
});
