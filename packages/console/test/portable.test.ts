import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));

test('nothing of Node is imported but types: the console also runs where only fetch is', () => {
  const files = globSync('**/*.ts', { cwd: source });
  expect(files.length).toBeGreaterThan(30);
  const imports = files.flatMap((file) =>
    [...readFileSync(`${source}/${file}`, 'utf8').matchAll(/^import (?!type ).*from '(node:[^']+)'/gm)].map(
      ([line]) => `${file}: ${line}`,
    ),
  );
  expect(imports).toEqual([]);
});
