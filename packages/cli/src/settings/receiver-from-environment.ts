import { ConfigurationError, type Receiver } from '@mediahooks/core';
import { type EnvironmentOptions, webhooksFromEnvironment } from '@mediahooks/providers/environment';
import type { Terminal } from '../terminal/terminal.ts';
import { envFileHint } from './env-file-hint.ts';
import type { Settings } from './settings.ts';

/**
 * A receiver for the sources that the settings configure.
 *
 * @throws {ConfigurationError} as `webhooksFromEnvironment` does, and says how a command is given variables.
 */
export const receiverFromEnvironment = (
  { environment }: Settings,
  terminal: Pick<Terminal, 'directory'>,
  options: EnvironmentOptions = {},
): Receiver => {
  try {
    return webhooksFromEnvironment(environment, { logger: false, ...options });
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.code !== 'nothing-configured') throw error;
    const hint = envFileHint(terminal, environment);
    // why: who has the variables already need not be told all there are.
    const message =
      hint === ''
        ? `${error.message}\nThey may stand in a file: --env-file <file>. Or name a module with your own receiver: --config <module>.`
        : `No source is configured. ${hint} Or name a module with your own receiver: --config <module>.`;
    throw new ConfigurationError(error.code, message, { cause: error });
  }
};
