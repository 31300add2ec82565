import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, environmentVariables } from '@mediahooks/providers/environment';
import { CommandError } from '../command-error.ts';
import { readTextFile } from '../read-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { tellUnknown } from './unknown-variables.ts';

/** Options of every command that needs secrets. */
export interface SettingsOptions {
  readonly envFile?: readonly string[];
  readonly secretFile?: readonly string[];
}

/** The environment, completed by files. */
export interface Settings {
  readonly environment: Environment;
  /** The whole environment, completed by the files also with what is not ours; for a module of the user's. */
  readonly all: Environment;
  /** The file of made-up secrets, where nothing else configures a source and there is one. */
  readonly madeUpFile: string | undefined;
}

/** Secrets that `mediahooks listen` has made up, in the folder it was started in. */
export const madeUpFileName = '.mediahooks.env';

/**
 * `--secret-file` counts before the environment, the environment before `--env-file`. Where none of them configures a source, what
 * `mediahooks listen` has made up here counts.
 *
 * @throws {CommandError} `file-unreadable`, `usage`.
 */
export const readSettings = (
  { config, envFile = [], secretFile = [] }: SettingsOptions & { readonly config?: string },
  terminal: Terminal,
  /** The variable of a `--secret-file` that names none. */
  secretVariable?: string,
): Settings => {
  const files: Environment = Object.assign({}, ...envFile.map((file) => readEnvFile(file, terminal)).toReversed());
  const secrets: Environment = Object.assign(
    {},
    ...secretFile.map((one) => readSecretFile(one, terminal, secretVariable)),
  );
  const given = ours({ ...files, ...terminal.environment, ...secrets });
  hideSecrets({ ...files, ...given }, terminal);
  const all = { ...files, ...terminal.environment, ...secrets };
  const settings = { environment: given, all, madeUpFile: undefined };
  const usesMadeUp = !isConfigured(given) && existsSync(resolve(terminal.directory, madeUpFileName));
  const completed = usesMadeUp ? withMadeUp(settings, terminal) : settings;
  // why not with a module of the user's: it may have variables of its own.
  if (config === undefined) tellUnknown(Object.keys(completed.environment), terminal);
  return completed;
};

/** The settings, completed by what `mediahooks listen` has made up. */
export const withMadeUp = ({ all, environment }: Settings, terminal: Terminal): Settings => {
  const madeUp = readEnvFile(madeUpFileName, terminal);
  hideSecrets(madeUp, terminal);
  return { environment: { ...madeUp, ...environment }, all, madeUpFile: madeUpFileName };
};

const hideSecrets = (environment: Environment, terminal: Terminal): void => {
  for (const [name, value] of Object.entries(environment)) if (isSecret(name)) terminal.hide(value?.trim());
};

const ours = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('MEDIAHOOKS_')));

const readEnvFile = (file: string, terminal: Terminal): Environment =>
  Object.fromEntries(
    Object.entries(parseEnv(readTextFile(file, terminal))).map(([name, value]) => [name, String(value)]),
  );

const readSecretFile = (given: string, terminal: Terminal, secretVariable: string | undefined): Environment => {
  const [, variable = secretVariable, file = given] = /^(MEDIAHOOKS_[A-Z0-9_]+)=(.+)$/.exec(given) ?? [];
  if (variable === undefined) {
    throw new CommandError(
      'usage',
      '--secret-file: say which secret it is: --secret-file MEDIAHOOKS_IGNITE_SECRET=<file>.',
    );
  }
  // why: nearly every editor ends a file with a newline, and no platform ends a secret with one.
  return { [variable]: readTextFile(file, terminal).replace(/\r?\n$/, '') };
};

/** Whether any source is configured, perhaps by half. */
export const isConfigured = (environment: Environment): boolean =>
  Object.keys(environmentVariables).some(
    (name) => name !== 'MEDIAHOOKS_TRUST_PROXY' && environment[name] !== undefined,
  );

const isSecret = (name: string): boolean => /(KEY|PASSWORD|SECRET|TOKEN)(_PREVIOUS)?$/.test(name);

/** Says that made-up secrets are used, where they are: they are no platform's. */
export const tellMadeUp = ({ madeUpFile }: Settings, { err }: Pick<Terminal, 'err'>): void => {
  if (madeUpFile === undefined) return;
  err.line(err.paint.dim(`The secrets are those of ${madeUpFile}, which "mediahooks listen" made up here.`));
};
