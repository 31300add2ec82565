import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { madeUpFileName } from './settings.ts';

/**
 * Secrets for somebody who has none yet: random, in a file that only they can read, so that `mediahooks send` in the same folder knows
 * them. They are no platform's, so nothing but that can be taken for genuine. Never writes over a file.
 *
 * @returns What takes the file away again.
 * @throws {CommandError} `file-unreadable`
 */
export const makeUpSecrets = ({ directory }: Pick<Terminal, 'directory'>, random = randomSecret): (() => void) => {
  const lines = [
    '# Made up by "mediahooks listen", to try things out on this machine. No platform knows these secrets. Do not commit them.',
    '# Delete this file to have others; set MEDIAHOOKS_… variables of your own, and it is not read any more.',
    `MEDIAHOOKS_IGNITE_SECRET=whsec_${random()}`,
    `MEDIAHOOKS_TPSTREAMS_TOKEN=${random()}`,
    `MEDIAHOOKS_ECHO3D_URL_TOKEN=${random()}`,
    `MEDIAHOOKS_ECHO3D_API_KEY=${random()}`,
    `MEDIAHOOKS_3Q_SECRET=${random()}`,
    'MEDIAHOOKS_3Q_SECRET_IN=header',
    'MEDIAHOOKS_3Q_SECRET_NAME=x-3q-secret',
    '# Gcore is proven by its address. Programs on this machine may say in X-Forwarded-For which one that is.',
    'MEDIAHOOKS_GCORE=on',
    'MEDIAHOOKS_TRUST_PROXY=loopback',
  ];
  const file = resolve(directory, madeUpFileName);
  try {
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    throw new CommandError(
      'file-unreadable',
      `Nothing is configured, and ${madeUpFileName} for made-up secrets cannot be written here. Start in another folder, or set MEDIAHOOKS_… variables.`,
    );
  }
  return () => rmSync(file, { force: true });
};

const randomSecret = (): string => randomBytes(24).toString('base64url');
