import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const canPin = process.platform === 'linux' && cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0;

/** A script of this package in a process of its own; on a core of its own where the system can do that. */
export const startChild = (script: string, args: readonly string[], core: number): ChildProcess => {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  if (canPin && child.pid !== undefined) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(child.pid)]);
  return child;
};

/** The next message of a child; rejects where it ends instead. */
export const nextMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage).off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      settle();
      resolve(message);
    };
    const onExit = (code: number | null): void => {
      settle();
      reject(new Error(`A process of the benchmark ended with ${code}.`));
    };
    child.on('message', onMessage).on('exit', onExit);
  });

export const ask = (child: ChildProcess, question: object): Promise<unknown> => {
  const answer = nextMessage(child);
  child.send(question);
  return answer;
};
