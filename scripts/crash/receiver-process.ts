import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Storage } from './engines.ts';

export interface ReceiverProcess {
  readonly origin: string;
  /** With SIGSTOP: it does nothing more. */
  stop(): void;
  /** With SIGKILL: nothing is finished. */
  kill(): Promise<void>;
}

const flags = [
  '--conditions=@mediahooks/source',
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];

/** @throws {Error} where it ends before it listens, with what it has printed. */
export const startReceiver = async (
  engine: string,
  storage: Storage,
  handledFile: string,
  seed: number,
): Promise<ReceiverProcess> => {
  const script = join(import.meta.dirname, 'receiver.ts');
  const child = spawn(
    process.execPath,
    [...flags, script, engine, JSON.stringify(storage), handledFile, String(seed)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'close');
  let output = '';
  const origin = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = /http:\/\/127\.0\.0\.1:\d+(?=\n)/.exec(output)?.[0];
        if (found !== undefined) resolve(found);
      });
    }
    void ended.then(() => reject(new Error(`The receiver ended before it listened:\n${output}`)));
  });
  return {
    origin,
    stop() {
      child.kill('SIGSTOP');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
