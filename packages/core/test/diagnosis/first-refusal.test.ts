import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createWebhooks, type Rejection } from '@mediahooks/core';
import { incoming, platform, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

/** The first test: nothing of the diagnosis is loaded yet. */
test('of a flood that comes while the diagnosis is being loaded, no more are looked into than of any', async () => {
  const seen: Rejection[] = [];
  const webhooks = createWebhooks({
    sources: { platform: platform() },
    clock: standingClock(startsAt),
    logger: false,
    observe: { rejected: (_delivery, why) => void seen.push(why) },
  });
  const misspelt = () => incoming({ headers: ['X-Signature', signature('{"id":"a"}\n')] });
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => webhooks.receive(misspelt())));
  expect(outcomes.every(({ kind, rejection }) => kind === 'rejected' && rejection?.code === 'credential-invalid')).toBe(
    true,
  );
  const lookedInto = seen.filter(({ cause }) => cause === 'body-altered').length;
  expect(lookedInto).toBeGreaterThan(20);
  expect(lookedInto).toBeLessThan(700);
});

const core = fileURLToPath(new URL('../../', import.meta.url));
const script = (index: string): string => `
import { createWebhooks, defineProvider, headerToken, headersFromRaw } from ${JSON.stringify(index)};
const schema = { '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) } };
const guards = [headerToken({ header: 'x-token', token: 'a-token' })];
const platform = defineProvider({ name: 'platform', guards, schema, types: ['thing'], events: () => [] });
const webhooks = createWebhooks({ sources: { platform }, logger: false });
const send = (token) => webhooks.receive({
  method: 'POST', path: '/platform', query: '', hasSocket: true, socketAddress: '192.0.2.1',
  headers: headersFromRaw(['x-token', token]), readBody: async () => new TextEncoder().encode('{}'),
});
const outcomes = [await send(' a-token'), await send(' a-token'), await send('a-token')];
process.stdout.write(JSON.stringify(outcomes.map(({ kind, rejection }) => [kind, rejection?.code, rejection?.cause])));
`;

describe('in a deployment', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediahooks-'));
    await cp(join(core, 'dist'), join(folder, 'dist'), { recursive: true });
    await cp(join(core, 'package.json'), join(folder, 'package.json'));
    await symlink(join(core, '../../node_modules'), join(folder, 'node_modules'), 'dir');
    await writeFile(join(folder, 'send.mjs'), script(pathToFileURL(join(folder, 'dist/index.js')).href));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const outcomes = async (): Promise<unknown> =>
    JSON.parse((await promisify(execFile)(process.execPath, [join(folder, 'send.mjs')])).stdout);

  test('that is whole, the first refusal already has its cause', async () => {
    expect(await outcomes()).toEqual([
      ['rejected', 'credential-invalid', 'token-whitespace'],
      ['rejected', 'credential-invalid', 'token-whitespace'],
      ['ignored', null, null],
    ]);
  });

  test.each(['diagnosis/diagnosis.js', 'diagnosis/token/diagnose-token.js'])(
    'that lacks %s, everything is refused and accepted as ever, and refusals have no cause',
    async (file) => {
      await rm(join(folder, 'dist', file));
      expect(await outcomes()).toEqual([
        ['rejected', 'credential-invalid', null],
        ['rejected', 'credential-invalid', null],
        ['ignored', null, null],
      ]);
    },
  );
});
