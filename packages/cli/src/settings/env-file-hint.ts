import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readTextFile } from '../read-file.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A sentence for somebody who has a `.env` with our variables and has not named it; else nothing. */
export const envFileHint = (terminal: Pick<Terminal, 'directory'>): string => {
  if (!existsSync(resolve(terminal.directory, '.env'))) return '';
  try {
    return readTextFile('.env', terminal).includes('MEDIAHOOKS_')
      ? 'There is a .env here that has such variables: --env-file .env.'
      : '';
  } catch {
    // why: a hint is not worth an error.
    return '';
  }
};
