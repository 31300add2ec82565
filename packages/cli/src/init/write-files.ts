import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InitPlan } from './plan-init.ts';

export interface WrittenFiles {
  readonly written: readonly string[];
  /** There already, and left as they are. */
  readonly kept: readonly string[];
}

/** Writes what is not there. Nothing is ever overwritten, not even by two at the same time. */
export const writeFiles = (directory: string, files: InitPlan['files']): WrittenFiles => {
  const written: string[] = [];
  const kept: string[] = [];
  for (const { isSecret, path, text } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(file, text, { flag: 'wx', mode: isSecret === true ? 0o600 : 0o666 });
      written.push(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      kept.push(path);
    }
  }
  return { written, kept };
};
