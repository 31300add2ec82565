import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface RunningProcess {
  readonly pid: number;
  /** The rest of the first line that begins with a word; rejects where the process ends without it. */
  line(word: string): Promise<string>;
  write(text: string): void;
  kill(): Promise<void>;
}

export interface ProcessOptions extends Pick<SpawnOptions, 'uid' | 'gid'> {
  /** Commands of a POSIX shell, before it becomes the process. */
  readonly before?: string;
}

/** Starts a file of `processes/` as a process of its own. */
export const startProcess = (
  name: string,
  args: readonly string[],
  { before, ...options }: ProcessOptions = {},
): RunningProcess => {
  const file = join(import.meta.dirname, 'processes', `${name}.ts`);
  const flags = [
    '--conditions=@mediahooks/source',
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
  ];
  const command = [process.execPath, ...flags, file, ...args];
  const child: ChildProcess =
    before === undefined
      ? spawn(process.execPath, command.slice(1), options)
      : spawn('sh', ['-c', `${before}; exec "$0" "$@"`, ...command], options);
  let output = '';
  const waiting = new Set<() => void>();
  const note = (chunk: unknown): void => {
    output += String(chunk);
    for (const look of [...waiting]) look();
  };
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      note(error.message);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    line: (word) =>
      new Promise((resolve, reject) => {
        const find = (): string | undefined =>
          output
            .split('\n')
            .slice(0, -1)
            .find((line) => line.startsWith(`${word}`));
        const look = (): void => {
          const found = find();
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.slice(word.length).trim());
        };
        waiting.add(look);
        look();
        void closed.then(() => find() ?? reject(new Error(`It ended without "${word}":\n${output}`)));
      }),
    write: (text) => void child.stdin?.write(text),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
};
