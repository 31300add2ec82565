import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, absolute. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface RunResult {
  /** 0 where the command passed. */
  readonly status: number;
  /** Standard output, then standard error. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a command to its end, without a shell and without standard input. Never throws for a status other than 0. */
export const run = (command: string, args: readonly string[], directory = repository): Promise<RunResult> =>
  new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd: directory, env: environment(), maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ status, stdout, output: `${stdout}${stderr}` });
      },
    );
    child.stdin?.end();
  });

/** As {@link run}, for commands that have to pass. */
export const runOrThrow = async (command: string, args: readonly string[], directory?: string): Promise<RunResult> => {
  const result = await run(command, args, directory);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${result.status}):\n${result.output}`);
  return result;
};

/** Runs a JavaScript file with the Node that runs the tests. */
export const runScript = (script: string, args: readonly string[], directory?: string): Promise<RunResult> =>
  run(process.execPath, [script, ...args], directory);

/** The compiler, run like any other script. */
export const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

/** Without what npm and Jest set for their own children: a command is to behave as in a fresh terminal. */
const environment = (): NodeJS.ProcessEnv => {
  const variables = { ...process.env };
  for (const name of Object.keys(variables)) {
    if (/^(npm_(?!config_)|NODE_ENV$|NODE_OPTIONS$|JEST_)/i.test(name)) Reflect.deleteProperty(variables, name);
  }
  return variables;
};
