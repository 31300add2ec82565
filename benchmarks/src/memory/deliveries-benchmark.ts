import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure, RunSettings } from '../figure.ts';
import { spreadOf } from '../measure/spread.ts';

const run = promisify(execFile);

/** Resident memory while deliveries of 1 KB come in, each with an id and a subject of its own. */
export const deliveriesBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const count = short ? 10_000 : 1_000_000;
  const script = fileURLToPath(new URL('./deliveries-probe.js', import.meta.url));
  const { stdout } = await run(process.execPath, [script, String(count)]);
  const samples: unknown = JSON.parse(stdout);
  if (!Array.isArray(samples) || samples.length !== 10) throw new TypeError('The probe gave no figures.');
  const [first = Number.NaN, ...later] = samples.map(Number);
  const deliveries = count.toLocaleString('en-US');
  const figure = (subject: string, unit: string, value: number): Figure => ({
    group: 'memory',
    subject,
    contestant: 'mediahooks',
    unit,
    value: spreadOf([value]),
  });
  return [
    figure(`resident after the first tenth of ${deliveries} deliveries`, 'MB', first),
    figure(`the most after that`, 'MB', Math.max(...later)),
    figure(`growth over ${deliveries} deliveries`, '%', (Math.max(...later) / first - 1) * 100),
  ];
};
