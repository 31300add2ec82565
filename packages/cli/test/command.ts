import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with all that was written, once that contains the text. Rejects where it ends without. */
  written(text: string): Promise<string>;
  /** What it has written so far, standard error included. */
  output(): string;
  /** Asks it to end, as Ctrl-C does. */
  interrupt(): Promise<Ended>;
}

export interface CommandOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Everything that any command of this test file has written, for a search for secrets. */
export const everything: string[] = [];

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running. For `afterAll`. */
export const endCommands = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

/** A new, empty folder. */
export const temporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'mediahooks-cli-')));

/** Starts the command as a process of its own, without a terminal and with no variables but those given. */
export const startCommand = (args: readonly string[], options: CommandOptions): Running => {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.directory,
    env: Object.assign(Object.create(null), { PATH: process.env.PATH }, options.environment),
  });
  running.add(child);
  // why: where the tests themselves are ended in the middle, nothing else would end it.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let stdout = '';
  let stderr = '';
  const readers = new Set<() => void>();
  const tell = (): void => {
    for (const reader of readers) reader();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    tell();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => {
      process.off('exit', kill);
      running.delete(child);
      everything.push(stdout, stderr);
      resolve({ status, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    output: () => `${stdout}${stderr}`,
    written: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text) && !stderr.includes(text)) return;
          readers.delete(look);
          resolve(`${stdout}${stderr}`);
        };
        readers.add(look);
        void ended.then(({ status }) => reject(new Error(`It ended with ${status}:\n${stdout}${stderr}`)));
        look();
      }),
    interrupt() {
      child.kill('SIGINT');
      return ended;
    },
  };
};

/** Runs the command to its end. */
export const runCli = (args: readonly string[], options: CommandOptions): Promise<Ended> =>
  startCommand(args, options).ended;
