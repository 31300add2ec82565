import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '@mediahooks/providers/environment';
import { readTextFile } from '../read-file.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * A sentence for somebody who has a `.env` with our variables and has not named it; else nothing.
 *
 * @param given What has been read: a `.env` that adds nothing to it is not worth a word.
 */
export const envFileHint = (terminal: Pick<Terminal, 'directory'>, given: Environment = {}): string => {
  if (!existsSync(resolve(terminal.directory, '.env'))) return '';
  try {
    const names = Object.keys(parseEnv(readTextFile('.env', terminal)));
    return names.some((name) => name.startsWith('MEDIAHOOKS_') && given[name] === undefined)
      ? 'There is a .env here that has such variables: --env-file .env.'
      : '';
  } catch {
    // why: a hint is not worth an error.
    return '';
  }
};
