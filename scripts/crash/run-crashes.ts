import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CrashOptions } from './command-line.ts';
import { createDisk } from './disk.ts';
import { createEngineServer, hasServer } from './engine-server.ts';
import { engineNames, type Storage } from './engines.ts';
import { handledBytes, readHandled } from './handled.ts';
import { type Killable, killableEngine, killableReceiver } from './kills.ts';
import { createRandom } from './random.ts';
import { startReceiver } from './receiver-process.ts';
import { startLoad } from './sender.ts';

export interface CrashReport {
  /** How often the receiver was killed, and how often its engine. */
  readonly kills: number;
  readonly engineKills: number;
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

export const runCrashes = async (options: CrashOptions, say: (text: string) => void): Promise<CrashReport> => {
  const { cycles, kill, quietMs, seed, url } = options;
  const engine = engineNames.includes(options.inbox) ? options.inbox : resolve(options.inbox);
  const killsEngine = kill === 'engine' || kill === 'both';
  const random = createRandom(seed);
  const disk = kill === 'power' ? createDisk() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-crash-'));
  const handledFile = join(folder, 'handled');
  const server = url === undefined && hasServer(engine) ? await createEngineServer(engine) : undefined;
  const acknowledged = new Set<number>();
  let starts = 0;
  let sent = 0;
  let killReceiver = async (): Promise<void> => undefined;
  try {
    await server?.start();
    const storage: Storage = {
      folder: disk?.folder ?? folder,
      name: `crash_${seed}_${process.pid}`,
      url: url ?? server?.url,
    };
    const start = () => startReceiver(engine, storage, handledFile, seed + starts++);
    const receiver = await killableReceiver(start, random, disk);
    killReceiver = receiver.kill;
    const victims: readonly Killable[] = [
      ...(kill === 'engine' ? [] : [receiver]),
      ...(server === undefined || !killsEngine ? [] : [killableEngine(server, random)]),
    ];
    const load = startLoad(receiver.origin, () => sent++, acknowledged, connections);
    try {
      for (let cycle = 1; cycle <= cycles; cycle += 1) {
        await Promise.all(victims.map((victim) => victim.killOnce()));
        // why every other time: so that there is something to lose, and kills of what has only just started as well.
        if (cycle % 2 === 0) await acceptsAgain(acknowledged, quietMs);
        if (cycle % 10 === 0) say(`killed ${cycle} times; ${acknowledged.size} of ${sent} acknowledged`);
      }
    } finally {
      await load.stop();
    }
    const isAllHandled = (): boolean => {
      const { times } = readHandled(handledFile);
      return [...acknowledged].every((number) => times.has(number));
    };
    for (
      let [bytes, quietSince] = [-1, Date.now()];
      !isAllHandled() && Date.now() - quietSince < quietMs;
      await wait(200)
    ) {
      if (handledBytes(handledFile) !== bytes) quietSince = Date.now();
      bytes = handledBytes(handledFile);
    }
    await killReceiver();
    const { afterDone, times } = readHandled(handledFile);
    const numbers = [...acknowledged];
    return {
      kills: kill === 'engine' ? 0 : cycles,
      engineKills: killsEngine ? cycles : 0,
      acknowledged: numbers.length,
      handled: numbers.filter((number) => times.has(number)).length,
      handledTwice: numbers.filter((number) => (times.get(number) ?? 0) > 1).length,
      handledAfterDone: afterDone,
      lost: numbers.filter((number) => !times.has(number)),
    };
  } finally {
    await killReceiver();
    await server?.stop();
    await disk?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Waits for one more delivery to be acknowledged. @throws {Error} where none is for so long: it has not recovered by itself. */
const acceptsAgain = async (acknowledged: ReadonlySet<number>, withinMs: number): Promise<void> => {
  const { size } = acknowledged;
  for (const giveUpAt = Date.now() + withinMs; acknowledged.size === size; await wait(10)) {
    if (Date.now() > giveUpAt) throw new Error(`After a kill nothing was accepted for ${withinMs} ms.`);
  }
};
