import type { ChildProcess } from 'node:child_process';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { type Alternated, alternate } from '../measure/alternate.ts';
import { ask, startChild } from './child.ts';
import type { LoadOrder, LoadResult } from './messages.ts';
import { buildNextApp } from './next-app.ts';
import { receivers } from './receivers/all.ts';
import { type RunningReceiver, startReceiver } from './running-receiver.ts';

const bodyBytes = 1000;

/** Requests per second of whole servers, and how long a request waits: server and load each in a process of its own. */
export const http = async (settings: RunSettings): Promise<readonly Figure[]> => {
  const load = startChild('./load.js', [], 1);
  try {
    await buildNextApp();
    const figures: Figure[] = [];
    for (const framework of new Set(receivers.map((receiver) => receiver.framework))) {
      figures.push(...(await measureFramework(framework, load, settings)));
    }
    return figures;
  } finally {
    load.disconnect();
  }
};

const measureFramework = async (
  framework: string,
  load: ChildProcess,
  settings: RunSettings,
): Promise<readonly Figure[]> => {
  const running: RunningReceiver[] = [];
  try {
    for (const receiver of receivers.filter((one) => one.framework === framework)) {
      running.push(await startReceiver(receiver));
    }
    // why: a server's first thousands of requests run uncompiled, of a large program longer than of a small one.
    for (const one of settings.short ? [] : running) await measureOnce(one, load, 32, warmingUp);
    const figures: Figure[] = [];
    for (const connections of settings.short ? [4] : [1, 32, 256]) {
      figures.push(...(await measureConnections(framework, running, load, connections, settings)));
    }
    return figures;
  } finally {
    for (const one of running) one.close();
  }
};

const measureConnections = async (
  framework: string,
  running: readonly RunningReceiver[],
  load: ChildProcess,
  connections: number,
  { short }: RunSettings,
): Promise<readonly Figure[]> => {
  const results = new Map<string, MeasuredLoad[]>(running.map(({ receiver }) => [receiver.contestant, []]));
  const rounds = short ? 1 : 5;
  const alternated = await alternate(
    running.map((one) => ({
      name: one.receiver.contestant,
      async measure() {
        const result = await measureOnce(one, load, connections, short ? briefly : measuring);
        results.get(one.receiver.contestant)?.push(result);
        return result.requestsPerSecond;
      },
    })),
    'by hand',
    rounds,
  );
  const subject = `${framework}, ${connections} connections`;
  const other = async (
    what: string,
    unit: string,
    read: (result: MeasuredLoad) => number,
  ): Promise<readonly Figure[]> =>
    figuresOf('http', `${subject}, ${what}`, unit, 'by hand', await replayed(results, read, rounds));
  return [
    ...figuresOf('http', `${subject}, requests per second`, '1/s', 'by hand', alternated),
    ...(await other('p50', 'ms', ({ p50Ms }) => p50Ms)),
    ...(await other('p99', 'ms', ({ p99Ms }) => p99Ms)),
    ...(await other("the server's CPU time for one request", 'µs', ({ cpuUs }) => cpuUs)),
  ];
};

/** Another figure of measurements that were made already. */
const replayed = (
  results: ReadonlyMap<string, readonly MeasuredLoad[]>,
  read: (result: MeasuredLoad) => number,
  rounds: number,
): Promise<readonly Alternated[]> => {
  const runners = [...results].map(([name, own]) => {
    const values = own.map(read).values();
    return { name, measure: (): number => values.next().value ?? Number.NaN };
  });
  return alternate(runners, 'by hand', rounds);
};

type Period = Pick<LoadOrder, 'measureMs' | 'poolSize' | 'warmUpMs'>;

const warmingUp: Period = { poolSize: 20_000, warmUpMs: 0, measureMs: 3000 };
const measuring: Period = { poolSize: 20_000, warmUpMs: 300, measureMs: 1000 };
const briefly: Period = { poolSize: 2000, warmUpMs: 50, measureMs: 100 };

interface MeasuredLoad extends LoadResult {
  /** What one request costs the server's process. */
  readonly cpuUs: number;
}

const measureOnce = async (
  { receiver, port, state }: RunningReceiver,
  load: ChildProcess,
  connections: number,
  period: Period,
): Promise<MeasuredLoad> => {
  const before = await state();
  const order: LoadOrder = {
    port,
    framework: receiver.framework,
    contestant: receiver.contestant,
    connections,
    bodyBytes,
    ...period,
  };
  const answer = await ask(load, order);
  if (!isLoadAnswer(answer)) throw new Error(`The load gave no result: ${JSON.stringify(answer)}`);
  const after = await state();
  const count = after.count - before.count;
  // why: an answer 200 may stand for a duplicate, which costs less than a delivery that is handled.
  if (count !== answer.result.answered) {
    throw new Error(
      `${receiver.contestant} on ${receiver.framework} answered ${answer.result.answered} requests and handled ${count}.`,
    );
  }
  return { ...answer.result, cpuUs: (after.cpuUs - before.cpuUs) / count };
};

const isLoadAnswer = (answer: unknown): answer is { readonly result: LoadResult } =>
  typeof answer === 'object' && answer !== null && 'result' in answer;
