import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CrashOptions } from './command-line.ts';
import { engineNames, type Storage } from './engines.ts';
import { handledBytes, readHandled } from './handled.ts';
import { createRandom } from './random.ts';
import { startReceiver } from './receiver-process.ts';
import { startLoad } from './sender.ts';

export interface CrashReport {
  readonly kills: number;
  /** Deliveries that were answered 2xx. */
  readonly acknowledged: number;
  /** Of those, how many were handled. */
  readonly handled: number;
  /** Of those, how many more than once: killed between what they did and its record, or sent twice. */
  readonly handledTwice: number;
  /** Handled once more although that had been recorded. */
  readonly handledAfterDone: number;
  readonly lost: readonly number[];
}

const connections = 8;
/** It is killed so long after it listens, at most. */
const longestLifeMs = 500;

export const runCrashes = async (options: CrashOptions, say: (text: string) => void): Promise<CrashReport> => {
  const { cycles, quietMs, seed, url } = options;
  const engine = engineNames.includes(options.inbox) ? options.inbox : resolve(options.inbox);
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-crash-'));
  const storage: Storage = { folder, name: `crash_${seed}_${process.pid}`, url };
  const acknowledged = new Set<number>();
  let origin = '';
  let sent = 0;
  try {
    let receiver = await startReceiver(engine, storage, seed);
    origin = receiver.origin;
    const load = startLoad(
      () => origin,
      () => sent++,
      acknowledged,
      connections,
    );
    try {
      for (let cycle = 1; cycle <= cycles; cycle += 1) {
        await wait(random() * longestLifeMs);
        await receiver.kill();
        receiver = await startReceiver(engine, storage, seed + cycle);
        origin = receiver.origin;
        if (cycle % 10 === 0) say(`killed ${cycle} times; ${acknowledged.size} of ${sent} acknowledged`);
      }
    } finally {
      await load.stop();
    }
    const isAllHandled = (): boolean => {
      const { times } = readHandled(folder);
      return [...acknowledged].every((number) => times.has(number));
    };
    for (
      let [bytes, quietSince] = [-1, Date.now()];
      !isAllHandled() && Date.now() - quietSince < quietMs;
      await wait(200)
    ) {
      if (handledBytes(folder) !== bytes) quietSince = Date.now();
      bytes = handledBytes(folder);
    }
    await receiver.kill();
    const { afterDone, times } = readHandled(folder);
    const numbers = [...acknowledged];
    return {
      kills: cycles,
      acknowledged: numbers.length,
      handled: numbers.filter((number) => times.has(number)).length,
      handledTwice: numbers.filter((number) => (times.get(number) ?? 0) > 1).length,
      handledAfterDone: afterDone,
      lost: numbers.filter((number) => !times.has(number)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
