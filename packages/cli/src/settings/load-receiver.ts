import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, type Receiver } from '@mediahooks/core';
import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Settings } from './settings.ts';

/**
 * The receiver of a user's own module: what it exports as `webhooks`. With `json`, what the module and its handlers write goes to
 * standard error, since other programs read standard output.
 *
 * @throws {CommandError} `config-unusable`
 */
export const loadReceiver = async (
  file: string,
  { json }: { readonly json?: true },
  settings: Settings,
  terminal: Terminal,
): Promise<Receiver> => {
  if (json === true) terminal.reserveOutput();
  // why: the module reads its secrets where it always does.
  for (const [name, value] of Object.entries(settings.all)) {
    if (value !== undefined) process.env[name] = value;
  }
  let exported: unknown;
  try {
    exported = await import(pathToFileURL(resolve(terminal.directory, file)).href);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const why =
      error instanceof Error ? error.message.replace(/ imported from .*$/s, '') : 'it threw something that is no error';
    throw new CommandError('config-unusable', `${JSON.stringify(file)} could not be loaded: ${why}`, { cause: error });
  }
  const webhooks =
    typeof exported === 'object' && exported !== null && 'webhooks' in exported ? exported.webhooks : undefined;
  if (isReceiver(webhooks)) return webhooks;
  throw new CommandError(
    'config-unusable',
    `${JSON.stringify(file)} must export "webhooks", made with createWebhooks: export const webhooks = createWebhooks({ … });`,
  );
};

const isReceiver = (value: unknown): value is Receiver =>
  typeof value === 'object' &&
  value !== null &&
  ['receive', 'start', 'stop', 'drain', 'replay'].every((name) => typeof Reflect.get(value, name) === 'function') &&
  'inbox' in value;
