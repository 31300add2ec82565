import { readFile, rename, writeFile } from 'node:fs/promises';

/** A video or a 3D model that can be shown. */
export interface Entry {
  /** `<source>:<the platform's own id>` */
  readonly id: string;
  readonly title: string;
  readonly address?: string;
}

export interface Catalogue {
  list(): Promise<readonly Entry[]>;
  /** Adds an entry, or replaces the one with its id: whoever is told twice does it once. */
  put(entry: Entry): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** A catalogue in a JSON file. In an app of yours this is your database. */
export const openCatalogue = (file: string): Catalogue => {
  let changes: Promise<unknown> = Promise.resolve();

  const list = async (): Promise<readonly Entry[]> => {
    try {
      return JSON.parse(await readFile(file, 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };

  /** One change after another, and each whole: the file is never seen half written. */
  const change = (edit: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> => {
    const done = changes.then(async () => {
      await writeFile(`${file}.new`, `${JSON.stringify(edit(await list()), null, 2)}\n`);
      await rename(`${file}.new`, file);
    });
    changes = done.catch(() => undefined);
    return done;
  };

  return {
    list,
    put: (entry) => change((entries) => [...entries.filter(({ id }) => id !== entry.id), entry]),
    remove: (ids) => change((entries) => entries.filter(({ id }) => !ids.includes(id))),
  };
};
