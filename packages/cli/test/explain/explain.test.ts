import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { deliver, type TestDelivery } from '@mediahooks/testing';
import { z } from 'zod';
import { endCommands, everything, runCli, startCommand, temporaryFolder } from '../command.ts';
import { secrets, secretValues } from '../receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

const check = z.strictObject({ name: z.string(), guard: z.string().optional() });
const explanation = z.strictObject({
  accepted: z.boolean(),
  source: z.string().nullable(),
  request: z.strictObject({
    format: z.enum(['curl', 'har', 'http', 'inbox']),
    method: z.string(),
    bytes: z.int(),
    receivedAt: z.iso.datetime().nullable(),
  }),
  passed: z.array(check),
  failed: check.nullable(),
  rejection: z
    .strictObject({ status: z.int(), code: z.string(), cause: z.string().nullable(), hint: z.string() })
    .nullable(),
  events: z.array(z.looseObject({ source: z.string(), type: z.string(), name: z.string() })),
  notes: z.array(z.string()),
});

const directory = temporaryFolder();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const at = '2026-11-21T10:30:00.000Z';
const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
/** With bytes that would not survive being parsed and written again. */
const body =
  '{ "id":"x", "createdAt":"2024-01-15T10:30:00.000Z","updatedAt":"2024-01-15T10:30:00.000Z","title":"\\u00fc ü \'" }\n';
const signed = deliver('ignite', 'video.updated', { secret, body, now: Date.parse(at) });

const asHttp = ({ headerLines, path }: TestDelivery, text = body): string =>
  [`POST /webhooks${path} HTTP/1.1`, 'Host: example.com', ...headerLines.map((one) => one.join(': ')), '', text].join(
    '\r\n',
  );

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const asCurl = ({ headerLines, path }: TestDelivery, text = body): string =>
  [
    `curl ${quoted(`https://example.com/webhooks${path}`)}`,
    ...headerLines.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(text)}`,
  ].join(' \\\n  ');

const asHar = ({ headerLines, path }: TestDelivery, text = body): string =>
  JSON.stringify({
    log: {
      entries: [
        {
          startedDateTime: at,
          request: {
            method: 'POST',
            url: `https://example.com/webhooks${path}`,
            headers: headerLines.map(([name, value]) => ({ name, value })),
            postData: { text },
          },
        },
      ],
    },
  });

const explain = async (capture: string, ...args: readonly string[]) => {
  writeFileSync(join(directory, 'capture'), capture);
  const run = (...more: readonly string[]) =>
    runCli(['explain', 'capture', ...args, ...more], {
      directory,
      environment: { ...secrets, MEDIAHOOKS_GCORE: 'on' },
    });
  const text = await run();
  const { status, stdout } = await run('--json');
  expect(status).toBe(text.status);
  return { exit: status, text: text.stdout, ...explanation.parse(JSON.parse(stdout)) };
};

describe.each([
  ['http', asHttp],
  ['curl', asCurl],
  ['har', asHar],
])('mediahooks explain, of a request as %s,', (format, write) => {
  test('says that a genuine one is accepted, and what it means', async () => {
    const { text, ...explained } = await explain(write(signed), '--received', at);
    expect(explained).toMatchObject({
      exit: 0,
      accepted: true,
      source: 'ignite',
      request: { format, method: 'POST', bytes: Buffer.byteLength(body), receivedAt: at },
      failed: null,
      rejection: null,
      events: [{ type: 'video.updated', subject: 'video:x' }],
    });
    expect(text).toContain('Accepted.');
  });

  test('says that its bytes were changed, and how', async () => {
    const changed = JSON.stringify(JSON.parse(body));
    const compact = deliver('ignite', 'video.updated', { secret, body: changed, now: Date.parse(at) });
    const { text, ...explained } = await explain(
      write(compact, JSON.stringify(JSON.parse(body), null, 2)),
      '--received',
      at,
    );
    expect(explained).toMatchObject({
      exit: 1,
      accepted: false,
      failed: { name: 'credential' },
      rejection: { status: 401, code: 'credential-invalid', cause: 'body-reserialised' },
      events: [],
    });
    expect(text).toContain('Rejected: 401 credential-invalid (body-reserialised).');
  });
});

describe('mediahooks explain', () => {
  test('judges a raw request as if received now, and says how to say otherwise', async () => {
    expect(await explain(asHttp(signed))).toMatchObject({
      exit: 1,
      rejection: { code: 'credential-expired' },
      notes: expect.arrayContaining([expect.stringContaining('--received')]),
    });
  });

  test('finds the source below another mount, and behind something that changes paths', async () => {
    const moved = (path: string): string => asHttp(signed).replace('/webhooks/ignite', path);
    expect(await explain(moved('/api/hooks/ignite'), '--received', at, '--path', '/api/hooks')).toMatchObject({
      exit: 0,
    });
    expect(await explain(moved('/webhooks/ignit'), '--received', at)).toMatchObject({
      exit: 1,
      rejection: { code: 'unknown-source', cause: 'source-misspelt' },
    });
  });

  test.each(['/hooks/ignite', '/ignite'])(
    'says that %s reaches the receiver only where it is changed',
    async (path) => {
      const elsewhere = asHttp(signed).replace('/webhooks/ignite', path);
      const judged = async (capture: string, ...args: readonly string[]) => {
        const { exit, notes, text } = await explain(capture, '--received', at, ...args);
        const said = notes.filter((note) => /^Its path is not below \/webhooks, .* --path/.test(note)).length;
        expect(text.includes('is not below /webhooks')).toBe(said > 0);
        return { exit, said };
      };
      expect(await judged(elsewhere)).toEqual({ exit: 0, said: 1 });
      expect(await judged(elsewhere.replace(path, `${path}e`))).toEqual({ exit: 1, said: 1 });
      expect(await judged(elsewhere, '--path', path.replace('ignite', ''))).toEqual({ exit: 0, said: 0 });
      expect(await judged(asHttp(signed))).toEqual({ exit: 0, said: 0 });
    },
  );

  test('needs to be told who connected, where the address is the proof', async () => {
    const gcore = asHttp(deliver('gcore', 'video.ready', { forwardedFor: false }), '{}');
    expect(await explain(gcore)).toMatchObject({
      exit: 1,
      rejection: { code: 'address-not-allowed' },
      notes: [expect.stringContaining('--address')],
    });
    const genuine = deliver('gcore', 'video.ready', { forwardedFor: false });
    const capture = asHttp(genuine, Buffer.from(genuine.body).toString());
    expect(await explain(capture, '--address', '92.223.123.5')).toMatchObject({ exit: 0 });
    expect(await explain(capture, '--address', '203.0.113.9')).toMatchObject({ exit: 1, notes: [] });
  });

  test('reads standard input', async () => {
    const piped = await runCli(['explain', '--received', at], {
      directory,
      environment: secrets,
      input: asCurl(signed),
    });
    expect(piped).toMatchObject({ status: 0, stderr: '' });
  });

  test("asks the user's own receiver, which handles nothing of it", async () => {
    writeFileSync(
      join(directory, 'webhooks.mjs'),
      `import { createWebhooks } from '@mediahooks/core';
       import { ignite } from '@mediahooks/providers/ignite';
       export const webhooks = createWebhooks({ sources: { mine: ignite({ secret: process.env.MEDIAHOOKS_IGNITE_SECRET }) } });
       webhooks.on('*', () => console.log('HANDLED'));`,
    );
    execFileSync('ln', [
      '-sfn',
      join(import.meta.dirname, '../../../../node_modules'),
      join(directory, 'node_modules'),
    ]);
    const capture = asHttp(signed).replace('/webhooks/ignite', '/webhooks/mine');
    const { text, ...explained } = await explain(capture, '--received', at, '--config', './webhooks.mjs');
    expect(explained).toMatchObject({ exit: 0, source: 'mine' });
    expect(text).not.toContain('HANDLED');
    expect(await explain(asHttp(signed), '--received', at, '--config', './webhooks.mjs')).toMatchObject({ exit: 1 });
    // a secret alone in a file counts before the environment, and the environment before a file of settings
    writeFileSync(join(directory, 'alone.txt'), 'another-secret');
    writeFileSync(join(directory, 'another.env'), 'MEDIAHOOKS_IGNITE_SECRET=another-secret');
    const own = ['--received', at, '--config', './webhooks.mjs'];
    expect(await explain(capture, ...own, '--env-file', 'another.env')).toMatchObject({ exit: 0 });
    const alone = ['--secret-file', 'MEDIAHOOKS_IGNITE_SECRET=alone.txt'];
    expect(await explain(capture, ...own, ...alone)).toMatchObject({ exit: 1 });
  });

  test.each([
    ['no file', ['explain', 'missing.http'], 'there is no such file'],
    ['no request', ['explain', 'noise'], 'none of the forms'],
    ['a module that exports no receiver', ['explain', 'noise', '--config', './empty.mjs'], 'must export "webhooks"'],
    ['a module that cannot be loaded', ['explain', 'noise', '--config', './missing.mjs'], 'could not be loaded'],
    ['an inbox that is not there', ['explain', '1234', '--inbox', 'missing.db'], 'no such file'],
    ['a time that is none', ['explain', 'noise', '--received', 'yesterday'], 'It must be a time'],
  ])('with %s ends with 1 or 2 and says why', async (_name, args, reason) => {
    writeFileSync(join(directory, 'noise'), 'hello');
    writeFileSync(join(directory, 'empty.mjs'), 'export const nothing = 1;');
    const { status, stdout, stderr } = await runCli(args, { directory, environment: secrets });
    expect({ status, stdout, stderr }).toEqual({
      status: args.includes('missing.db') ? 1 : 2,
      stdout: '',
      stderr: expect.stringContaining(reason),
    });
  });

  test('explains a rejected delivery of an inbox, by the beginning of its id', async () => {
    const listener = startCommand(['listen', '--port', '0', '--json'], { directory, environment: secrets });
    const url = /http:\/\/[\d.]+:\d+\/\w+/.exec(await listener.written('/webhooks'))?.[0] ?? '';
    await deliver('ignite', 'video.updated', { secret: `${secret} ` }).sendTo(url);
    await deliver('ignite', 'video.updated', { secret }).sendTo(url);
    const { stdout } = await listener.interrupt();
    const ids = [...stdout.matchAll(/"delivery":"([0-9a-f-]+)"/g)].map(([, id = '']) => id);
    const kept = async (id: string) => {
      const args = ['explain', '--inbox', 'mediahooks-listen.db', id.slice(0, 8), '--json'];
      const { status, stdout: out } = await runCli(args, { directory, environment: secrets });
      return { exit: status, ...explanation.parse(JSON.parse(out)) };
    };
    expect(await kept(ids[0] ?? '')).toMatchObject({
      exit: 1,
      request: { format: 'inbox', receivedAt: expect.any(String) },
      rejection: { code: 'credential-invalid' },
    });
    expect(await kept(ids[1] ?? '')).toMatchObject({ exit: 0, events: [{ type: 'video.updated' }] });
  });

  test('prints no secret, neither of the configuration nor of the request', () => {
    const signature = signed.headers['x-webhook-signature'] ?? '';
    expect(signature).not.toBe('');
    for (const hidden of [...secretValues, signature, signature.split('v1=')[1] ?? '']) {
      expect(everything.filter((text) => text.includes(hidden))).toEqual([]);
    }
  });
});
