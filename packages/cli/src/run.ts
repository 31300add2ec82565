import { WebhookError } from '@mediahooks/core';
import { type Command, CommanderError } from 'commander';
import { exitCodeOf } from './command-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { withHelpAsOption } from './help-words.ts';
import { createProgram } from './program.ts';
import { jsonLine } from './terminal/json-line.ts';
import { printable, printableLines } from './terminal/printable.ts';
import { createTerminal, type Terminal } from './terminal/terminal.ts';

/**
 * Runs the command and gives what it ends with. Never rejects.
 *
 * @param args What follows `mediahooks`.
 */
export const runCommand = async (args: readonly string[], terminal: Terminal = createTerminal()): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.done;
  const program = createProgram({
    terminal,
    end(ended) {
      code = ended;
    },
  });
  try {
    await program.parseAsync(withHelpAsOption(program, args), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const told = error instanceof CommanderError ? misuse(error, helpFor(program, args)) : describe(error);
    if (args.includes('--json')) terminal.err.line(jsonLine({ error: told }));
    else if (told.message !== '')
      terminal.err.line(`${terminal.err.paint.red('error:')} ${printableLines(told.message)}`);
    return error instanceof CommanderError ? exitCodes.misused : exitCodeOf(error);
  } finally {
    terminal.releaseOutput();
  }
};

interface Told {
  readonly code: string;
  readonly message: string;
}

/** Commander quotes what was typed. What could be a secret in the wrong place is left out. */
const misuse = ({ code, message }: CommanderError, help: string): Told => {
  const words = code === 'commander.help' ? '' : message.replace(/^error: /, '');
  const safe = words
    .replace(/(unknown option '-[^'=]*)=[^']*'/, "$1=…'")
    .replace(/(but got \d+): .*$/s, '$1. Put it in quotes where it contains spaces.');
  return { code: 'usage', message: safe === '' ? '' : `${safe}\nSee: ${help}` };
};

/** How to get the help of the command that was meant: by the names of commands at the beginning, and nothing else that was typed. */
const helpFor = (program: Command, args: readonly string[]): string => {
  const words = ['mediahooks'];
  let command = program;
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg);
    if (next === undefined) break;
    words.push(arg);
    command = next;
  }
  return [...words, '--help'].join(' ');
};

const describe = (error: unknown): Told => {
  if (error instanceof WebhookError) return { code: error.code, message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : printable(String(error));
  return { code: 'internal-error', message: `mediahooks itself failed. Please report this:\n${stack}` };
};
