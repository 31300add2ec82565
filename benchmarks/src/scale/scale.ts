import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure, RunSettings } from '../figure.ts';
import { alternate } from '../measure/alternate.ts';
import { createSeries } from '../measure/series.ts';
import type { ScaleProbe } from './probe.ts';

const runFile = promisify(execFile);
const runScript = async (script: string, ...args: readonly (number | string)[]): Promise<string> => {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return (await runFile(process.execPath, [file, ...args.map(String)])).stdout;
};

const empty = 'an empty file';

/** What a SQLite inbox costs that has kept a lot, beside one that has kept nothing, each in a process of its own. */
export const scale = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const [handled, pending, copies, count, rounds] = short ? [2000, 500, 5, 200, 1] : [1_000_000, 100_000, 100, 5000, 7];
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-bench-'));
  try {
    const full = join(folder, 'full.db');
    await runScript('./fill.js', full, handled, pending, copies);
    const fileName = `${handled.toLocaleString('en-US')} handled and ${pending.toLocaleString('en-US')} pending`;
    const series = createSeries<ScaleProbe>('scale', [empty, fileName], empty);
    let run = 0;
    const measure = async (name: string, path: string): Promise<number> => {
      run += 1;
      const probe: unknown = JSON.parse(await runScript('./probe.js', path, count, run));
      if (!isProbe(probe)) throw new TypeError('The probe gave no figures.');
      return series.add(name, probe).acceptedTogetherUs;
    };
    await alternate(
      [
        { name: empty, measure: () => measure(empty, join(folder, `empty-${run}.db`)) },
        { name: fileName, measure: () => measure(fileName, full) },
      ],
      empty,
      rounds,
    );
    return [
      ...(await series.figures(
        'SQLite, accept one of 64 that come together',
        'µs',
        ({ acceptedTogetherUs }) => acceptedTogetherUs,
      )),
      ...(await series.figures('SQLite, accept one that comes alone', 'µs', ({ acceptedAloneUs }) => acceptedAloneUs)),
      ...(await series.figures(
        'SQLite, claim one, hand it over, write down its end',
        'µs',
        ({ handledUs }) => handledUs,
      )),
      ...(await series.figures('SQLite, resident memory of the process', 'MB', ({ residentMb }) => residentMb)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const isProbe = (value: unknown): value is ScaleProbe =>
  typeof value === 'object' && value !== null && 'acceptedTogetherUs' in value && 'residentMb' in value;
