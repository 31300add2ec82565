import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { envFileHint } from './env-file-hint.ts';
import type { Settings } from './settings.ts';

/** What proves deliveries, one by one. */
export interface NeededSecrets {
  /** The value of a variable; `undefined` where it is not set. */
  find(variable: string): string | undefined;
  /**
   * The value of a variable; where it is not set, somebody at a terminal is asked for it.
   *
   * @throws {CommandError} `secret-missing`
   */
  need(variable: string): Promise<string>;
}

export const createNeededSecrets = ({ environment }: Settings, terminal: Terminal): NeededSecrets => {
  const find = (variable: string): string | undefined => {
    const value = environment[variable];
    if (value === undefined) return undefined;
    if (value.trim() === value && value !== '') return value;
    throw new CommandError('usage', `${variable} is set, but empty, or begins or ends with whitespace.`);
  };
  return {
    find,
    async need(variable) {
      const found = find(variable) ?? (await terminal.ask(variable))?.trim();
      if (found !== undefined && found !== '') {
        terminal.hide(found);
        return found;
      }
      throw new CommandError(
        'secret-missing',
        `${variable} is not set. Put it into the environment, into a file of such lines (--env-file <file>), or alone into a file ` +
          `(--secret-file ${variable}=<file>). At a terminal, it is asked for. ${envFileHint(terminal)}`.trimEnd(),
      );
    },
  };
};
