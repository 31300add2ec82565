import { mkdirSync, readdirSync } from 'node:fs';
import { createSpillFile } from '../../src/inbox/spill-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a folder in the place of the file is neither counted nor renamed as one to hand over', async () => {
  const folder = temporaryFolder();
  mkdirSync(folder.path('spill'));
  const file = createSpillFile(folder.path('spill'), Date.now, 1000);
  const lines: string[] = [];
  await expect(file.size()).rejects.toThrow('is not a file');
  await expect(
    file.handOver(async (found) => {
      for await (const line of found) lines.push(line);
      return 'taken';
    }),
  ).rejects.toThrow('is not a file');
  await expect(file.append(['a'])).rejects.toThrow();
  expect([readdirSync(folder.path('.')), lines]).toEqual([['spill'], []]);
  folder.remove();
});
