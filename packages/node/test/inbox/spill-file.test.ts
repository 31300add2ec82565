import { mkdirSync, readdirSync } from 'node:fs';
import { createSpillFile } from '../../src/inbox/spill-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a folder in the place of the file is neither counted nor renamed as one to hand over', async () => {
  const folder = temporaryFolder();
  mkdirSync(folder.path('spill'));
  const file = createSpillFile(folder.path('spill'));
  const lines: string[] = [];
  await expect(file.size()).rejects.toThrow('is not a file');
  await expect(file.handOver(async (line) => void lines.push(line))).rejects.toThrow('is not a file');
  await expect(file.append(['a'])).rejects.toThrow();
  expect([readdirSync(folder.path('.')), lines]).toEqual([['spill'], []]);
  folder.remove();
});
