import { rmSync } from 'node:fs';
import { jest } from '@jest/globals';
import { deliver } from '@mediahooks/testing';
import { z } from 'zod';
import { endCommands, everything, runCli, startCommand, temporaryFolder } from './command.ts';
import { secrets, secretValues } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

const directory = temporaryFolder();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const start = async (args: readonly string[]) => {
  const command = startCommand([...args, '--port', '0', '--json'], { directory, environment: secrets });
  const { url } = z
    .looseObject({ kind: z.literal('listening'), url: z.url() })
    .parse(JSON.parse((await command.written('}\n')).split('\n')[0] ?? ''));
  return { command, url };
};

test('mediahooks console shows what mediahooks listen has kept, redacted, and ends with 0', async () => {
  const listener = await start(['listen']);
  await deliver('tpstreams', 'livestream.streaming', { token: secrets.MEDIAHOOKS_TPSTREAMS_TOKEN }).sendTo(
    listener.url,
  );
  const console = await start(['console']);
  const page = await (await fetch(`${console.url}deliveries`)).text();
  expect(page).toContain('livestream.streaming');
  const id = /"delivery":"([^"]+)"/.exec(await listener.command.written('"delivery":'))?.[1] ?? '';
  expect(page).toContain(id);
  const one = await (await fetch(`${console.url}deliveries/${id}`)).text();
  expect(one).toContain('[redacted]');
  expect(one).not.toContain('org-sample-stream-key');
  for (const secret of secretValues) expect(`${page}${one}`).not.toContain(secret);
  expect(await console.command.interrupt()).toMatchObject({ status: 0 });
  expect(await listener.command.interrupt()).toMatchObject({ status: 0 });
});

test('mediahooks console lets nobody in who comes under another name or through a proxy', async () => {
  const { command, url } = await start(['console']);
  const statusWith = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(url, { headers })).status;
  expect(await statusWith({})).toBe(200);
  expect(await statusWith({ 'x-forwarded-for': '127.0.0.1' })).toBe(403);
  await command.interrupt();
});

test('mediahooks console without an inbox says so, and makes none', async () => {
  const ended = await runCli(['console', '--inbox', 'missing.db', '--port', '0'], { directory, environment: secrets });
  expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no such file') });
  for (const secret of secretValues) expect(everything.filter((text) => text.includes(secret))).toEqual([]);
});
