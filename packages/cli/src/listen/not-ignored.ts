import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import type { Terminal } from '../terminal/terminal.ts';

/** A file that is made here, or several of one name. */
export interface MadeFile {
  /** As `.gitignore` would have it. */
  readonly pattern: string;
  readonly files: readonly string[];
}

/** Git answers at once, or is not waited for. */
const timeoutMs = 2000;

/**
 * Those of the files that git would take with `git add .`: git itself is asked, since what it ignores stands in more than one file.
 * Outside of a repository, and where there is no git, there are none.
 */
export const notIgnored = async (
  made: readonly MadeFile[],
  terminal: Pick<Terminal, 'directory' | 'environment'>,
): Promise<readonly string[]> => {
  // why: each asked for by itself, because git refuses to answer where one of them is outside of the repository.
  const taken = await Promise.all(made.map(({ files }) => wouldBeTaken(files, terminal)));
  return made.filter((_one, index) => taken[index]).map(({ pattern }) => pattern);
};

const wouldBeTaken = (
  files: readonly string[],
  { directory, environment }: Pick<Terminal, 'directory' | 'environment'>,
): Promise<boolean> =>
  new Promise((resolve) => {
    // why not in the directory itself: Windows looks for the program there first, before PATH.
    const options = { cwd: dirname(process.execPath), env: environment, timeout: timeoutMs, windowsHide: true };
    // why the setting: a repository may name a program there that git then runs, and this one may be somebody else's, unpacked to look at.
    const args = ['-C', directory, '-c', 'core.fsmonitor=false', 'check-ignore', '-z', '--stdin'];
    const git = execFile('git', args, options, (error, stdout) => {
      const ignored = new Set(stdout.split('\0'));
      // why: 1 is "none of them"; anything else, that there is no repository or no git.
      resolve((error === null || error.code === 1) && !files.every((file) => ignored.has(file)));
    });
    // why: where there is no git, its input is closed, which the callback tells of, too.
    git.stdin?.on('error', () => undefined).end(files.join('\0'));
  });
