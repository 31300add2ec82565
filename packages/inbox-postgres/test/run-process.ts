import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface FinishedProcess {
  readonly code: number | null;
  readonly signal: string | null;
  /** Lines of both outputs. */
  readonly lines: readonly string[];
}

/** Runs a file of `processes/`, to its end. */
export const runProcess = (name: string, args: readonly string[]): Promise<FinishedProcess> =>
  new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'processes', `${name}.ts`);
    const flags = ['--conditions=@mediahooks/source', '--experimental-strip-types'];
    const quiet = '--disable-warning=ExperimentalWarning';
    const child = spawn(process.execPath, [...flags, quiet, file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const note = (chunk: unknown): void => {
      output += String(chunk);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, lines: output.split('\n').filter(Boolean) }));
  });
