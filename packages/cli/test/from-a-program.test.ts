import { execFile } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { temporaryFolder } from './command.ts';

const directory = temporaryFolder();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('commands that a program runs at the same time keep standard output to themselves, and give it back', async () => {
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(directory, 'node_modules'));
  // why: each with a module of its own, because a command ends the receiver that it was given.
  for (const name of ['one', 'two']) {
    writeFileSync(
      join(directory, `${name}.mjs`),
      `import { createWebhooks } from '@mediahooks/core';
       import { gcore } from '@mediahooks/providers/gcore';
       import { sqliteInbox } from '@mediahooks/inbox-sqlite';
       console.log('LOADED');
       export const webhooks = createWebhooks({ sources: { gcore: gcore() }, inbox: sqliteInbox({ path: '${name}.db' }), logger: false });`,
    );
  }
  writeFileSync(
    join(directory, 'program.mjs'),
    `import { runCommand } from 'mediahooks';
     const list = (name) => runCommand(['inbox', 'list', '--json', '--config', \`./\${name}.mjs\`]);
     console.log(await Promise.all([list('one'), list('two'), runCommand(['inbox', 'list', '--json', '--inbox', 'three.db'])]));`,
  );
  await sqliteInbox({ path: join(directory, 'three.db') }).stop({ timeoutMs: 1000 });
  const { stderr, stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: directory });
  const none = '{"deliveries":[],"cursor":null}';
  expect(stdout).toBe(`${none}\n${none}\n${none}\n[ 0, 0, 0 ]\n`);
  // why not all of it: Node 22 warns there of its SQLite.
  expect(stderr.match(/^LOADED$/gm)).toHaveLength(2);
});
