import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A video or a 3D model that can be shown. */
export interface Entry {
  /** `<source>:<the platform's own id>` */
  readonly id: string;
  readonly title: string;
  readonly address?: string;
}

export interface List {
  all(): Promise<readonly Entry[]>;
  /** Adds an entry, or replaces the one with its id: whoever is told twice does it once. */
  put(entry: Entry): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** A list in a JSON file. In an app of yours this is your database; on a serverless platform it has to be. */
export const openList = (name: string): List => {
  let changes: Promise<unknown> = Promise.resolve();
  const fileName = (): string => join(process.env.DATA_FOLDER ?? 'data', `${name}.json`);

  const all = async (): Promise<readonly Entry[]> => {
    try {
      return JSON.parse(await readFile(fileName(), 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };

  /** One change after another, and each whole: the file is never seen half written. */
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> => {
    const done = changes.then(async () => {
      const file = fileName();
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(`${file}.new`, `${JSON.stringify(edit(await all()), null, 2)}\n`);
      await rename(`${file}.new`, file);
    });
    changes = done.catch(() => undefined);
    return done;
  };

  return {
    all,
    put: (entry) => change((entries) => [...entries.filter(({ id }) => id !== entry.id), entry]),
    remove: (ids) => change((entries) => entries.filter(({ id }) => !ids.includes(id))),
  };
};

export const videos = openList('videos');
export const models = openList('models');
