import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs a file of `processes/`, to its end. */
export const runProcess = (
  name: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'processes', `${name}.ts`);
    const flags = [
      '--conditions=@mediahooks/source',
      '--experimental-strip-types',
      '--disable-warning=ExperimentalWarning',
    ];
    // why: a process that does not end by itself is a failure, not a test that hangs.
    const child = spawn(process.execPath, [...flags, file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
