import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { alternate } from '../measure/alternate.ts';
import { type ColdContestant, importContestants } from './contestants.ts';

interface Probed {
  readonly importMs: number;
  readonly residentMb: number;
}

/** Time of the first import, files in the system's cache, and the process's resident memory after it. */
export const importBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const memory = new Map<string, number[]>(importContestants.map(({ name }) => [name, []]));
  const rounds = short ? 1 : 11;
  const time = await alternate(
    importContestants.map((contestant) => ({
      name: contestant.name,
      measure() {
        const { importMs, residentMb } = probe(contestant);
        memory.get(contestant.name)?.push(residentMb);
        return importMs;
      },
    })),
    'Express itself',
    rounds,
  );
  const resident = await alternate(
    [...memory].map(([name, own]) => {
      const values = own.values();
      return { name, measure: (): number => values.next().value ?? Number.NaN };
    }),
    'nothing',
    rounds,
  );
  return [
    ...figuresOf('cold', 'import', 'ms', 'Express itself', time),
    ...figuresOf('cold', 'resident memory after the import', 'MB', 'nothing', resident),
  ];
};

const probe = ({ beside, modules }: ColdContestant): Probed => {
  const script = fileURLToPath(new URL('./import-probe.js', import.meta.url));
  const probed: unknown = JSON.parse(
    execFileSync(process.execPath, [script, JSON.stringify(beside), JSON.stringify(modules)], { encoding: 'utf8' }),
  );
  if (!isProbed(probed)) throw new TypeError('The probe gave no figures.');
  return probed;
};

const isProbed = (value: unknown): value is Probed =>
  typeof value === 'object' && value !== null && 'importMs' in value && 'residentMb' in value;
