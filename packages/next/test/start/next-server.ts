import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment } from './next-app.ts';

export type Environment = Readonly<Record<string, string>>;

/** A `next start` in a process of its own. */
export interface NextServer {
  /** Like `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Resolves once it has written this to the terminal, or has before; gives all it has written. */
  written(text: string): Promise<string>;
  /** Asks it to end, as a platform does before a deployment. */
  terminate(): void;
  /** The exit status, once it has ended; `null` where a signal ended it. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** @throws {Error} with the process's output where it ends before it listens. */
export const startServer = async (next: string, folder: string, environment: Environment): Promise<NextServer> => {
  const child = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: folder,
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // why: where the tests themselves are ended in the middle, nothing else would end it.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  const readers = new Set<() => void>();
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      process.off('exit', kill);
      resolve(status);
    });
  });
  const listening = new Promise<string>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      for (const tell of readers) tell();
      const port = /Local:\s+http:\/\/[^\s:]+:(\d+)[\s\S]*Ready in/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  const url = await Promise.race([
    listening,
    ended.then((status) => {
      throw new Error(`next start ended with status ${status}:\n${output}`);
    }),
  ]);
  return {
    url,
    ended,
    written: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!output.includes(text)) return;
          readers.delete(look);
          resolve(output);
        };
        readers.add(look);
        look();
      }),
    terminate: () => child.kill('SIGTERM'),
    stop: () => stop(child),
  };
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
};
