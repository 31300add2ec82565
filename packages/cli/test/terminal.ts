import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandOptions, everything } from './command.ts';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

const missing = 'No tmux, so nothing is tested in a real terminal (Debian: apt-get install tmux).';

/** Whether tmux is installed. Says so where it is not; in CI (`CI=true`) that is an error. */
export const hasTmux = (): boolean => {
  const found = spawnSync('tmux', ['-V']).status === 0;
  if (!found && process.env.CI === 'true') throw new Error(missing);
  if (!found) console.warn(missing);
  return found;
};

/** The command in a real terminal. */
export interface CommandInTerminal {
  /** Everything that was written to the terminal so far, escapes included. */
  written(): string;
  /** Resolves once the text was written. Rejects after 20 seconds. */
  writes(text: string): Promise<string>;
  /** Types keys as tmux names them: `Enter`, `C-c`; with `literally`, text. */
  press(keys: string, how?: 'literally'): void;
  /** Resolves with its status once it has ended. */
  ended(): Promise<number>;
  close(): void;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export const startInTerminal = async (
  args: readonly string[],
  { directory, environment = {} }: CommandOptions,
): Promise<CommandInTerminal> => {
  const socket = `mediahooks-${randomUUID()}`;
  const log = join(directory, `${socket}.log`);
  const script = join(directory, `${socket}.sh`);
  const command = [process.execPath, bin, ...args].map(quoted).join(' ');
  // why the trap: Ctrl-C is for the command alone. And the reads: nothing is written before the log is there, and the terminal stays until all of it was read.
  writeFileSync(script, `trap : INT\nread -r _\n${command}\nprintf 'STATUS=%s.\\n' "$?"\nread -r _\n`);
  // why TMUX_TMPDIR: its sockets go with the folder.
  const own = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TMUX_TMPDIR: directory };
  const env = Object.assign(Object.create(null), own, environment);
  const tmux = (...more: readonly string[]): void => {
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...more], { cwd: directory, env, stdio: 'ignore' });
  };
  tmux('new-session', '-d', '-s', 'test', '-x', '100', '-y', '40', `sh ${quoted(script)}`);
  tmux('pipe-pane', '-t', 'test', '-o', `cat > ${quoted(log)}`);
  tmux('send-keys', '-t', 'test', 'Enter');
  const written = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const writes = async (text: string): Promise<string> => {
    const giveUpAt = Date.now() + 20_000;
    while (!written().includes(text)) {
      if (Date.now() > giveUpAt) throw new Error(`It did not write ${JSON.stringify(text)}:\n${written()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return written();
  };
  return {
    written,
    writes,
    press: (keys, how) => tmux('send-keys', '-t', 'test', ...(how === 'literally' ? ['-l'] : []), keys),
    async ended() {
      const status = /STATUS=(\d+)\./.exec(await writes('STATUS='))?.[1];
      return Number(status);
    },
    close() {
      everything.push(written());
      spawnSync('tmux', ['-L', socket, 'kill-server'], { env });
    },
  };
};
