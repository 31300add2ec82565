import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { ignite } from '@mediahooks/providers';
import { deliver } from '@mediahooks/testing';
import { endCommands, runCli, temporaryFolder } from './command.ts';
import { secrets } from './receiver.ts';

// why: every command is a process of its own, and machines that run tests are busy.
jest.setTimeout(120_000);
afterAll(endCommands);

describe('what mediahooks inbox says to do', () => {
  const directory = temporaryFolder();
  let unnamed = '';
  let genuine = '';

  beforeAll(async () => {
    const secret = secrets.MEDIAHOOKS_IGNITE_SECRET;
    const webhooks = createWebhooks({
      sources: { ignite: ignite({ secret }) },
      inbox: sqliteInbox({ path: join(directory, 'mediahooks.db') }),
      logger: false,
    });
    const receive = createFetchHandler(webhooks);
    await receive(deliver('ignite', 'video.updated', { secret }).toRequest());
    await receive(deliver('ignite', 'video.updated', { secret, source: 'elsewhere' }).toRequest());
    await webhooks.stop();
    const { stdout } = await runCli(['inbox', 'list'], { directory, environment: {} });
    unnamed = /^(\S+) .*\(no source\)/m.exec(stdout)?.[1] ?? '';
    genuine = /^(\S+) .*ignite/m.exec(stdout)?.[1] ?? '';
    expect([unnamed, genuine]).not.toContain('');
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const inbox = (...args: readonly string[]) => runCli(['inbox', ...args], { directory, environment: {} });

  test('of a delivery that names no source, that it names none', async () => {
    expect((await inbox('show', unnamed)).stdout).toMatch(/^It names no source, /m);
    const replayed = await runCli(['inbox', 'replay', unnamed], { directory, environment: secrets });
    expect(replayed).toMatchObject({ status: 1, stdout: expect.stringContaining('Its path names no source') });
  });

  test('of a source that is not configured, how it is configured', async () => {
    expect((await inbox('show', genuine)).stdout).toMatch(/^ignite is not configured here, .* --env-file <file>/m);
  });

  test('of an id that is too short, how short it may be', async () => {
    const tooShort = await inbox('show', genuine.slice(0, 3));
    expect(tooShort).toMatchObject({ status: 1, stderr: expect.stringContaining('4 characters, not to fewer') });
    const unknown = await inbox('show', 'feedbeef');
    expect(unknown).toMatchObject({ status: 1, stderr: expect.not.stringContaining('characters') });
  });
});
