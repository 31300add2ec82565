import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningApp, startApp } from './project/app.ts';
import { compiler, repository, run, runScript } from './project/run.ts';
import { temporaryFolder } from './project/tarballs.ts';

const directory = join(repository, 'examples', 'durable');
const folder = temporaryFolder('durable');
const variables = { MEDIAHOOKS_IGNITE_SECRET: 'whsec_test_secret_0001', FOLDER: folder, FAILURES: '0.3' };

let app: RunningApp | undefined;

beforeAll(async () => {
  expect(await runScript(compiler, ['-p', directory])).toMatchObject({ status: 0, output: '' });
}, 60_000);

afterAll(async () => {
  await app?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const lines = (file: string): string[] => {
  try {
    return readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

const until = async (isSo: () => boolean, withinMs = 60_000): Promise<void> => {
  const giveUpAt = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`It did not come to that:\n${app?.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('examples/durable: killed twice while it is sent to, it loses nothing that was acknowledged', async () => {
  app = await startApp('dist/app.js', directory, variables);
  const { url } = app;
  const sender = spawn(process.execPath, ['dist/send.js', '60', url], {
    cwd: directory,
    stdio: 'ignore',
    env: { ...process.env, ...variables },
  });
  const sent = once(sender, 'exit');
  for (const count of [10, 30]) {
    await until(() => lines('acknowledged.txt').length >= count);
    await app.kill();
    app = await startApp('dist/app.js', directory, { ...variables, PORT: new URL(url).port });
  }
  expect((await sent)[0]).toBe(0);
  const acknowledged = lines('acknowledged.txt');
  expect(acknowledged).toHaveLength(60);
  await until(() => new Set(lines('handled.txt')).size === 60);
  expect(new Set(lines('handled.txt'))).toEqual(new Set(acknowledged));
  expect(app.output()).toContain('fails, on purpose');
  const stats = await (await fetch(`${url}/inbox`)).json();
  expect(stats.deliveries).toMatchObject({ stored: 60, quarantined: 0 });

  const compare = () => run('node', ['dist/compare.js'], directory);
  process.env.FOLDER = folder;
  const all = await compare();
  expect(all).toMatchObject({ status: 0, output: expect.stringMatching(/^missing +0$/m) });
  expect(all.output).not.toContain('Ask again');
  rmSync(join(folder, 'handled.txt'));
  const missing = await compare();
  expect(missing).toMatchObject({ status: 1, output: expect.stringMatching(/^missing +60$/m) });
  expect(missing.output).toContain('Ask again in a moment');
  Reflect.deleteProperty(process.env, 'FOLDER');
  expect(await app.stop()).toBe(0);
}, 120_000);
