import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Figure, RunSettings } from '../figure.ts';
import { ask, startChild } from '../http/child.ts';
import { alternate } from '../measure/alternate.ts';
import { createSeries } from '../measure/series.ts';
import { type EngineName, type EngineServer, startEngine } from './engine-server.ts';
import type { LoadOrder, LoadResult } from './messages.ts';
import { inboxReceivers } from './receivers/all.ts';
import { type RunningReceiver, startReceiver } from './running-receiver.ts';

const baseline = 'no inbox';

/** Deliveries accepted per second, each on disk before it is answered; server, load and engine in processes of their own. */
export const inbox = async (settings: RunSettings): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-bench-'));
  const engines = new Map<EngineName, EngineServer>();
  const running: RunningReceiver[] = [];
  const load = startChild('../inbox/load.js', [], 1);
  try {
    for (const name of ['postgres', 'redis'] as const) {
      const server = await startEngine(name);
      if (server !== undefined) engines.set(name, server);
    }
    for (const [index, receiver] of inboxReceivers.entries()) {
      const url = receiver.engine === undefined ? '' : engines.get(receiver.engine)?.url;
      if (url === undefined) continue;
      const own = mkdtempSync(join(folder, `${index}-`));
      running.push(await startReceiver(receiver, { folder: own, url }));
    }
    const figures: Figure[] = [];
    const connections = settings.short ? 4 : 64;
    figures.push(...(await measureLoad(running, load, { connections, ids: 'rising' }, settings)));
    const sqlite = running.filter(({ receiver }) => [baseline, 'SQLite'].includes(receiver.contestant));
    figures.push(...(await measureLoad(sqlite, load, { connections, ids: 'random' }, settings)));
    return figures;
  } finally {
    load.disconnect();
    for (const one of running) await one.close();
    for (const server of engines.values()) server.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

type Load = Pick<LoadOrder, 'connections' | 'ids'>;

const measureLoad = async (
  running: readonly RunningReceiver[],
  load: ChildProcess,
  sent: Load,
  { short }: RunSettings,
): Promise<readonly Figure[]> => {
  // why: a server's first thousands of requests run uncompiled.
  for (const one of short ? [] : running) await measureOnce(one, load, sent, false);
  const names = running.map(({ receiver }) => receiver.contestant);
  const series = createSeries<Measured>('inbox', names, baseline);
  await alternate(
    running.map((one) => ({
      name: one.receiver.contestant,
      async measure() {
        const result = await measureOnce(one, load, sent, short);
        return series.add(one.receiver.contestant, result).acceptedPerSecond;
      },
    })),
    baseline,
    short ? 1 : 9,
  );
  const at = `${sent.connections} connections${sent.ids === 'random' ? ', random ids' : ''}`;
  return [
    ...(await series.figures(
      `${at}, accepted deliveries per second`,
      '1/s',
      ({ acceptedPerSecond }) => acceptedPerSecond,
    )),
    ...(await series.figures(`${at}, p50`, 'ms', ({ p50Ms }) => p50Ms)),
    ...(await series.figures(`${at}, p99`, 'ms', ({ p99Ms }) => p99Ms)),
    ...(await series.figures(`${at}, the receiver's CPU time for one delivery`, 'µs', ({ cpuUs }) => cpuUs)),
  ];
};

interface Measured extends LoadResult {
  readonly cpuUs: number;
}

const measureOnce = async (
  { port, receiver, state }: RunningReceiver,
  load: ChildProcess,
  sent: Load,
  short: boolean,
): Promise<Measured> => {
  const before = await state();
  const order: LoadOrder = {
    port,
    status: receiver.status,
    ...sent,
    warmUpMs: short ? 50 : 400,
    measureMs: short ? 100 : 1500,
  };
  const answer = await ask(load, order);
  if (!isLoadAnswer(answer)) throw new Error(`The load on ${receiver.contestant} failed: ${JSON.stringify(answer)}`);
  let after = await state();
  const kept = after.kept - before.kept;
  // why: an answer may stand for a duplicate, which costs less; and what is answered and not kept is the fault inboxes are there against.
  if (kept !== answer.result.answered) {
    throw new Error(`${receiver.contestant} answered ${answer.result.answered} deliveries and kept ${kept}.`);
  }
  // why: what it has still to handle would be in the way of whoever is measured next.
  for (; after.waiting > 0; after = await state()) await wait(50);
  return { ...answer.result, cpuUs: (after.cpuUs - before.cpuUs) / kept };
};

const isLoadAnswer = (answer: unknown): answer is { readonly result: LoadResult } =>
  typeof answer === 'object' && answer !== null && 'result' in answer;
