import { setTimeout as wait } from 'node:timers/promises';
import type { Disk } from './disk.ts';
import type { EngineServer } from './engine-server.ts';
import type { ReceiverProcess } from './receiver-process.ts';

/** It is killed so long after it is up, at most. */
const longestLifeMs = 500;
/** An engine is away for so long, at most, before it is started again. */
const longestOutageMs = 300;

/** Something that is killed and started again. */
export interface Killable {
  /** Resolves when it is up again. */
  killOnce(): Promise<void>;
}

export const killableEngine = (server: EngineServer, random: () => number): Killable => ({
  async killOnce() {
    await wait(random() * longestLifeMs);
    await server.kill();
    await wait(random() * longestOutageMs);
    await server.start();
  },
});

export interface KillableReceiver extends Killable {
  origin(): string;
  kill(): Promise<void>;
}

/**
 * `start` is called as often as it takes, because a receiver may be started while its engine is away; it gives up after 100 times.
 * Where there is a `disk`, its power is cut with it.
 */
export const killableReceiver = async (
  start: () => Promise<ReceiverProcess>,
  random: () => number,
  disk: Disk | undefined,
): Promise<KillableReceiver> => {
  const startAnyway = async (left: number): Promise<ReceiverProcess> => {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
      await wait(50);
      return startAnyway(left - 1);
    }
  };
  let receiver = await start();
  return {
    origin: () => receiver.origin,
    async killOnce() {
      await wait(random() * longestLifeMs);
      // why stopped first: whatever it answers from now on would not be on the disk that is remembered.
      receiver.stop();
      await disk?.remember();
      await receiver.kill();
      await disk?.goBack();
      receiver = await startAnyway(100);
    },
    kill: () => receiver.kill(),
  };
};
