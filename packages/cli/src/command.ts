import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a command runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Tells what the process ends with, where that is not 0. */
  end(code: ExitCode): void;
}

/** Adds one command, with its subcommands, to the program. */
export type Register = (program: Command, context: CommandContext) => void;
