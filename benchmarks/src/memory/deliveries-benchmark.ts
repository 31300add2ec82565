import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure, RunSettings } from '../figure.ts';
import { spreadOf } from '../measure/spread.ts';
import type { MemorySample } from './memory-sample.ts';

const run = promisify(execFile);

/** Memory while deliveries of 1 KB come in, each with an id and a subject of its own. */
export const deliveriesBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const count = short ? 10_000 : 1_000_000;
  const script = fileURLToPath(new URL('./deliveries-probe.js', import.meta.url));
  const { stdout } = await run(process.execPath, [script, String(count)]);
  const samples: unknown = JSON.parse(stdout);
  if (!Array.isArray(samples) || samples.length !== 10) throw new TypeError('The probe gave no figures.');
  const deliveries = count.toLocaleString('en-US');
  return [
    ...growth('resident memory', `growth over ${deliveries} deliveries`, samples.map(residentMb)),
    ...growth('memory in use', `growth of memory in use over ${deliveries} deliveries`, samples.map(heldMb)),
  ];
};

const residentMb = (sample: MemorySample): number => sample.residentMb;
const heldMb = (sample: MemorySample): number => sample.heldMb;

/** From the first tenth to the highest of all after it. */
const growth = (what: string, subject: string, values: readonly number[]): readonly Figure[] => {
  const [first = Number.NaN, ...later] = values;
  const highest = Math.max(...later);
  return [
    figure(`${what} after the first tenth`, 'MB', first),
    figure(`${what} at the highest after that`, 'MB', highest),
    figure(subject, '%', (highest / first - 1) * 100),
  ];
};

const figure = (subject: string, unit: string, value: number): Figure => ({
  group: 'memory',
  subject,
  contestant: 'mediahooks',
  unit,
  value: spreadOf([value]),
});
