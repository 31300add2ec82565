import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal/terminal.ts';

/** @throws {CommandError} `file-unreadable` */
export const readBytesFile = (file: string, { directory }: Pick<Terminal, 'directory'>): Uint8Array<ArrayBuffer> => {
  try {
    return Uint8Array.from(readFileSync(resolve(directory, file)));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    const why = reasons[code] ?? `it cannot be read (${code})`;
    throw new CommandError('file-unreadable', `${JSON.stringify(file)}: ${why}.`);
  }
};

export const readTextFile = (file: string, terminal: Pick<Terminal, 'directory'>): string =>
  new TextDecoder().decode(readBytesFile(file, terminal));

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

/** A file's bytes; of `-`, those of standard input. */
export const readInput = async (file: string, terminal: Terminal): Promise<Uint8Array<ArrayBuffer>> => {
  if (file !== '-') return readBytesFile(file, terminal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk));
  return Uint8Array.from(Buffer.concat(chunks));
};
