import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { ask, nextMessage, startChild } from '../http/child.ts';
import { alternate } from '../measure/alternate.ts';
import { createSeries } from '../measure/series.ts';
import { addressOfPage, fetchPage, openPage } from './browser.ts';
import { acceptedIn } from './load.ts';

const runFile = promisify(execFile);

/** A receiver with its console, in a process of its own. */
interface Served {
  readonly name: string;
  readonly port: number;
  readonly mount: string;
  readonly child: ChildProcess;
}

/** How many calls of a page are one measurement. */
const callsPerRound = 5;

/** What pages of an inbox take that has kept a lot, beside one that has kept little; and what an open page costs the receiver. */
export const consolePages = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const [few, many] = short ? [500, 2000] : [10_000, 1_000_000];
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-bench-'));
  const served: Served[] = [];
  try {
    for (const [core, kept] of [few, many].entries()) {
      const file = join(folder, `${kept}.db`);
      await fill(file, kept, kept === many && !short ? 100 : 1);
      served.push(await serve(`${kept.toLocaleString('en-US')} deliveries`, file, core % 2));
    }
    const [small, large] = served;
    if (small === undefined || large === undefined) throw new Error('There are not two receivers.');
    return [...(await pageFigures(small, large, short)), ...(await loadFigures(large, short))];
  } finally {
    for (const { child } of served) child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Nine in ten handled, and the newest one in ten still waiting. */
const fill = async (file: string, kept: number, copies: number): Promise<void> => {
  const script = fileURLToPath(new URL('../scale/fill.js', import.meta.url));
  await runFile(process.execPath, [script, file, ...[kept * 0.9, kept * 0.1, copies].map(String)]);
};

const serve = async (name: string, file: string, core: number): Promise<Served> => {
  const child = startChild('../console/serve.js', [file], core);
  const listening = await nextMessage(child);
  if (typeof listening !== 'object' || listening === null || !('port' in listening)) {
    throw new Error('The server gave no port.');
  }
  const port = Number(listening.port);
  return { name, port, mount: `http://127.0.0.1:${port}/console`, child };
};

const pageFigures = async (small: Served, large: Served, short: boolean): Promise<readonly Figure[]> => {
  const pages: readonly (readonly [subject: string, address: (mount: string) => Promise<string>])[] = [
    ['first page', async (mount) => `${mount}/deliveries`],
    ['page of one source and outcome', async (mount) => `${mount}/deliveries?source=ignite&outcome=handled`],
    ['page of one type', async (mount) => `${mount}/deliveries?type=video.updated`],
    ['500th page', (mount) => addressOfPage(`${mount}/deliveries`, short ? 5 : 500)],
  ];
  const figures: Figure[] = [];
  for (const [subject, address] of pages) {
    const runners = [];
    for (const { mount, name } of [small, large]) {
      const url = await address(mount);
      // why: a page's first calls run uncompiled, and read what no call after them has to.
      for (let call = 0; call < 2 * callsPerRound; call += 1) await fetchPage(url);
      runners.push({
        name,
        async measure() {
          const startedAt = performance.now();
          for (let call = 0; call < callsPerRound; call += 1) await fetchPage(url);
          return (performance.now() - startedAt) / callsPerRound;
        },
      });
    }
    const alternated = await alternate(runners, small.name, short ? 1 : 15);
    figures.push(...figuresOf('console', subject, 'ms', small.name, alternated));
  }
  return figures;
};

interface Load {
  readonly acceptedPerSecond: number;
  /** Of the receiver's process, for one delivery. */
  readonly cpuUs: number;
}

const nobody = 'nobody looks';
const somebody = 'the overview is open';

const loadFigures = async ({ child, mount, port }: Served, short: boolean): Promise<readonly Figure[]> => {
  // why so long: the overview counts everything when it is opened, and then about every minute.
  const [connections, measureMs, rounds] = short ? [2, 200, 1] : [32, 20_000, 7];
  const measure = async (): Promise<Load> => {
    const before = await cpuUsOf(child);
    const accepted = await acceptedIn(port, connections, measureMs);
    return { acceptedPerSecond: accepted / (measureMs / 1000), cpuUs: ((await cpuUsOf(child)) - before) / accepted };
  };
  await acceptedIn(port, connections, short ? 50 : 3000);
  const series = createSeries<Load>('console', [nobody, somebody], nobody);
  await alternate(
    [
      { name: nobody, measure: async () => series.add(nobody, await measure()).acceptedPerSecond },
      {
        name: somebody,
        async measure() {
          const close = await openPage(mount, 'overview');
          const load = await measure();
          close();
          return series.add(somebody, load).acceptedPerSecond;
        },
      },
    ],
    nobody,
    rounds,
  );
  const at = `${connections} connections`;
  return [
    ...(await series.figures(`${at}, accepted deliveries per second`, '1/s', (load) => load.acceptedPerSecond)),
    ...(await series.figures(`${at}, the receiver's CPU time for one delivery`, 'µs', (load) => load.cpuUs)),
  ];
};

const cpuUsOf = async (child: ChildProcess): Promise<number> => {
  const answer = await ask(child, { question: 'cpu' });
  if (typeof answer !== 'object' || answer === null || !('cpuUs' in answer))
    throw new Error('The server gave no time.');
  return Number(answer.cpuUs);
};
