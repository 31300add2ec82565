import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunningApp {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What it has printed so far, standard error included. */
  readonly output: () => string;
  /** Asks it to end, and gives the status it ends with. Kills it where it does not end within 10 seconds. */
  readonly stop: () => Promise<number | null>;
  /** Ends it at once: SIGKILL. */
  readonly kill: () => Promise<void>;
}

/**
 * Starts an app as a process of its own, on a free port, and waits until it prints where it listens. Only the variables given are set.
 *
 * @throws where it ends before that.
 */
export const startApp = async (
  script: string,
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningApp> => {
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: Object.assign(Object.create(null), { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1' }, variables),
  });
  let output = '';
  const ended = once(child, 'exit').then(([status]) => (typeof status === 'number' ? status : null));
  const url = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (address !== undefined) resolve(address);
      });
    }
  });
  const listening = await Promise.race([url, ended]);
  if (typeof listening !== 'string') throw new Error(`${script} ended with status ${listening}:\n${output}`);
  return {
    url: listening,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const status = await ended;
      clearTimeout(kill);
      return status;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
