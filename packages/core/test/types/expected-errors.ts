import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const typesDirectory = dirname(fileURLToPath(import.meta.url));
export const compiler = join(typesDirectory, '../../../../node_modules/.bin/tsc');

/** One error of a fixture, as `names.ts:18 TS2345`. */
export type FixtureError = string;

/** What the comments `// expect-error TSxxxx` ask for: that code on the next line. */
export const expectedErrors = (): FixtureError[] => {
  const fixtures = join(typesDirectory, 'fixtures');
  return readdirSync(fixtures).flatMap((file) =>
    readFileSync(join(fixtures, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const code = /^\s*\/\/ expect-error (TS[0-9]+)$/.exec(line)?.[1];
        return code === undefined ? [] : [`${file}:${index + 2} ${code}`];
      }),
  );
};

/** What the real compiler finds in the fixtures; everything it says besides is an error of its own. */
export const compilerErrors = (): FixtureError[] =>
  compile()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '))
    .map((line) =>
      line.replace(/^.*[\\/]fixtures[\\/]([^\\/(]+)\(([0-9]+),[0-9]+\): error (TS[0-9]+):.*$/, '$1:$2 $3'),
    );

// The status is not looked at: the compiler ends with one of its own where it found something, which is what is asked of it here.
const compile = (): string => {
  const { error, stdout } = spawnSync(compiler, ['-p', typesDirectory, '--pretty', 'false'], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout;
};
