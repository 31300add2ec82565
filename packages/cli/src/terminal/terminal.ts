import { askHidden } from './ask-hidden.ts';
import { createPaint, hasColors, type Paint } from './paint.ts';
import { ownWrite, reserve } from './reserved-output.ts';
import { createSecrets } from './secrets.ts';

/** Standard output or standard error. */
export interface Channel {
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  readonly paint: Paint;
  /** Characters in a line; 80 where there is no terminal. */
  readonly columns: number;
  /** Writes text as it stands, secrets taken out. */
  write(text: string): void;
  /** Writes a line. */
  line(text?: string): void;
}

/** The world around a command. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where paths begin that are not absolute. */
  readonly directory: string;
  /** For what was asked for. */
  readonly out: Channel;
  /** For progress, notes and errors. */
  readonly err: Channel;
  readonly stdin: NodeJS.ReadStream;
  /** Keeps standard output for the command alone: what anything else writes there goes to standard error, until it is released. */
  reserveOutput(): void;
  releaseOutput(): void;
  /** Keeps a secret out of all that is printed from now on. */
  hide(secret: string | undefined): void;
  /** Asks for a secret, without showing what is typed; `undefined` where nobody sits at a terminal. */
  ask(question: string): Promise<string | undefined>;
  /** Aborted by the first Ctrl-C (or SIGTERM) after this was called; the second ends the process at once. */
  interruption(): AbortSignal;
}

type OutputStream = NodeJS.WriteStream & { readonly isTTY?: boolean };

export const createTerminal = ({ cwd, env, stderr, stdin, stdout }: NodeJS.Process = process): Terminal => {
  const secrets = createSecrets();
  const channel = (stream: OutputStream): Channel => {
    const isTerminal = stream.isTTY === true;
    const colors = hasColors(isTerminal, env);
    const writeOwn = ownWrite(stream);
    const write = (text: string): void => void writeOwn(secrets.scrub(text));
    return {
      isTerminal,
      hasColors: colors,
      paint: createPaint(colors),
      get columns() {
        return stream.columns ?? 80;
      },
      write,
      line: (text = '') => write(`${text}\n`),
    };
  };
  let release: (() => void) | undefined;
  let interruption: AbortController | undefined;
  return {
    environment: env,
    directory: cwd(),
    out: channel(stdout),
    err: channel(stderr),
    stdin,
    reserveOutput() {
      release ??= reserve(stdout, stderr);
    },
    releaseOutput() {
      release?.();
      release = undefined;
    },
    hide: secrets.add,
    ask: async (question) =>
      stdin.isTTY === true && stderr.isTTY === true ? askHidden(question, stdin, stderr) : undefined,
    interruption() {
      if (interruption === undefined) {
        const controller = new AbortController();
        interruption = controller;
        // why: `once`, so that the second one does what it always does.
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
      }
      return interruption.signal;
    },
  };
};
