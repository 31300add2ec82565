import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Lines on disk: appended and flushed, handed over, and then removed. Several processes may append to one file and hand over what is in
 * it: what is handed over is first given another name, and who finds the file renamed beneath it appends to a new one.
 */
export interface SpillFile {
  /** Bytes that wait to be handed over, of all processes. */
  size(): Promise<number>;
  /** Resolves once the lines are on disk. */
  append(lines: readonly string[]): Promise<void>;
  /** Hands over every line there is, in order, and removes those. Where `take` rejects, what is left stays for the next time. */
  handOver(take: (line: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** How much is read at once: the file may be larger than memory. */
const chunkBytes = 1024 * 1024;
const newline = 0x0a;

export const createSpillFile = (given: string): SpillFile => {
  const path = resolve(given);
  const folder = dirname(path);
  let handle: FileHandle | undefined;

  /** Files that were renamed to be handed over: oldest first. More than one where a process has died over it. */
  const renamed = async (): Promise<string[]> => {
    const prefix = `${basename(path)}.handing-over-`;
    const names = await readdir(folder).catch(ifMissing<string[]>([]));
    return names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .map((name) => join(folder, name));
  };

  const opened = async (): Promise<FileHandle> => {
    if (handle === undefined) {
      handle = await open(path, 'a', 0o600);
      await syncFolder(folder);
    }
    return handle;
  };

  const close = async (): Promise<void> => {
    const closing = handle;
    handle = undefined;
    await closing?.close().catch(() => undefined);
  };

  /** Whether the file that was written to still has its name: only then will whoever renames it see what was written. */
  const isInPlace = async (written: FileHandle): Promise<boolean> => {
    const [ours, named] = await Promise.all([
      written.stat({ bigint: true }),
      stat(path, { bigint: true }).catch(ifMissing(undefined)),
    ]);
    return named !== undefined && named.ino === ours.ino && named.dev === ours.dev;
  };

  return {
    async size() {
      const sizes = await Promise.all([path, ...(await renamed())].map(sizeOf));
      return sizes.reduce((total, one) => total + one, 0);
    },
    async append(lines) {
      // why: a newline in front too, so that half a line, of a crash or a full disk, does not take the next one with it.
      const bytes = Buffer.from(`\n${lines.join('\n')}\n`);
      for (;;) {
        const file = await opened();
        try {
          await file.appendFile(bytes);
          await file.datasync();
          if (await isInPlace(file)) return;
        } catch (error) {
          await close();
          throw error;
        }
        // why: written again, at worst twice: a delivery is recognised by its id.
        await close();
      }
    },
    async handOver(take) {
      for (;;) {
        for (const file of await renamed()) {
          await eachLine(file, take);
          await rm(file, { force: true });
        }
        if ((await sizeOf(path)) === 0) return;
        // why: sorted by their names, files come in the order of time.
        const name = `${path}.handing-over-${String(Date.now()).padStart(15, '0')}-${randomUUID()}`;
        // why: the open file is left to `append`, which may be using it and finds out itself.
        await rename(path, name).catch(ifMissing(undefined));
      }
    },
    close,
  };
};

/** @throws {Error} for what is there and is no file: a folder has a size too, and would be renamed as if lines were in it. */
const sizeOf = async (file: string): Promise<number> => {
  const found = await stat(file).catch(ifMissing(undefined));
  if (found?.isFile() === false) throw new Error(`${file} is there, and is not a file.`);
  return found?.size ?? 0;
};

/** Lines one after another. What an interrupted write has left at the end was never answered: it is no whole line. */
const eachLine = async (file: string, take: (line: string) => Promise<void>): Promise<void> => {
  const source = await open(file, 'r').catch(ifMissing(undefined));
  if (source === undefined) return;
  try {
    const buffer = Buffer.alloc(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
        const line = rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
        if (line !== '') await take(line);
      }
    }
  } finally {
    await source.close();
  }
};

/** A new file's name is on disk only when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  try {
    const opened = await open(folder, 'r');
    await opened.sync().finally(() => opened.close());
  } catch {
    // why: Windows opens no folders.
  }
};

const ifMissing =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return value;
    throw error;
  };
