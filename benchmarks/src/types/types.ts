import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { type Alternated, alternate } from '../measure/alternate.ts';
import { programWith } from './program.ts';

const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc');

interface Compiled {
  readonly instantiations: number;
  readonly cpuSeconds: number;
}

/** What the compiler does for one file with 1, 5 and 20 sources; "no source" imports the same and uses nothing. */
export const types = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const counts = [1, 5, 20];
  const instantiations = new Map<string, number[]>(counts.map((count) => [nameOf(count), []]));
  const rounds = short ? 1 : 3;
  const time = await alternate(
    counts.map((count) => ({
      name: nameOf(count),
      async measure() {
        const compiled = await compile(count);
        instantiations.get(nameOf(count))?.push(compiled.instantiations);
        return compiled.cpuSeconds;
      },
    })),
    nameOf(1),
    rounds,
  );
  return [
    ...figuresOf('types', 'tsc, CPU', 's', nameOf(1), time),
    ...figuresOf('types', 'tsc, instantiations', '', nameOf(1), await replayed(instantiations, rounds)),
  ];
};

const nameOf = (count: number): string => (count === 1 ? '1 source' : `${count} sources`);

const replayed = (values: ReadonlyMap<string, readonly number[]>, rounds: number): Promise<readonly Alternated[]> =>
  alternate(
    [...values].map(([name, own]) => {
      const left = own.values();
      return { name, measure: (): number => left.next().value ?? Number.NaN };
    }),
    nameOf(1),
    rounds,
  );

const compile = async (sourceCount: number): Promise<Compiled> => {
  const folder = join(packageFolder, '.work', `types-${sourceCount}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'program.ts'), programWith(sourceCount));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  const before = childSeconds();
  const output = await run(process.execPath, [compiler, '-p', folder, '--extendedDiagnostics']);
  const cpuSeconds = before === undefined ? numberOf(output, 'Total time') : (childSeconds() ?? 0) - before;
  return { instantiations: numberOf(output, 'Instantiations'), cpuSeconds };
};

const configuration = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
  files: ['program.ts'],
};

/** @throws {Error} where the program does not compile: then its figures are not those of a user's. */
const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`The program of the benchmark does not compile:\n${stdout}`));
    });
  });

const numberOf = (diagnostics: string, name: string): number => {
  const found = new RegExp(`^${name}: +([0-9.]+)`, 'm').exec(diagnostics)?.[1];
  if (found === undefined) throw new Error(`tsc says nothing of "${name}".`);
  return Number(found);
};

/**
 * CPU time of all ended child processes, user and system: `cutime` and `cstime` of /proc/self/stat, in hundredths of a second (proc(5)).
 * `undefined` where there is no such file; then the compiler's own time stands in, which is not CPU time.
 */
const childSeconds = (): number | undefined => {
  if (process.platform !== 'linux') return undefined;
  // why: the name of the process comes second and may hold spaces; counted from behind its closing bracket.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
};
