import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Lines on disk: appended and flushed, handed over, and then removed. Several processes may append to one file and hand over what is in
 * it: what is handed over is first given another name, and who finds the file renamed beneath it appends to a new one.
 */
export interface SpillFile {
  /** Bytes on disk, of all processes. */
  size(): Promise<number>;
  /** Whether there is anything for `handOver`. */
  hasLines(): Promise<boolean>;
  /** Resolves once the lines are on disk. */
  append(lines: readonly string[]): Promise<void>;
  /**
   * Hands over every line there is, in order, a file at a time, which is removed once all of it is taken. Where `take` rejects, the
   * file stays, whole, for the next time. Where it has left something, which it may for some time, it stays for other processes; this one
   * gets it again when that time is over.
   */
  handOver(take: (lines: AsyncIterable<string>, mayLeave: boolean) => Promise<'left' | 'taken'>): Promise<void>;
  close(): Promise<void>;
}

/** How much is read at once: the file may be larger than memory. */
const chunkBytes = 1024 * 1024;
const newline = 0x0a;

/** `leftForMs` is how long lines may be left for other processes, once one of them has left some. */
export const createSpillFile = (given: string, now: () => number, leftForMs: number): SpillFile => {
  const path = resolve(given);
  const folder = dirname(path);
  let handle: FileHandle | undefined;
  /** Files that this process has left something of. */
  const left = new Set<string>();

  /** Files that were renamed to be handed over: oldest first. More than one where a process has died over it. */
  const renamed = async (): Promise<string[]> => {
    const prefix = `${basename(path)}.handing-over-`;
    const names = await readdir(folder).catch(ifMissing<string[]>([]));
    return names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .map((name) => join(folder, name));
  };

  const newName = (kind: '' | 'left-'): string =>
    // why: sorted by their names, files come in the order of time.
    `${path}.handing-over-${String(now()).padStart(15, '0')}-${kind}${randomUUID()}`;

  const mayLeave = (file: string): boolean => {
    const since = /\.handing-over-(\d+)-left-[^/\\]*$/.exec(file)?.[1];
    // why absolute: where a clock was ahead, it is not waited until the others come there.
    return since === undefined || Math.abs(now() - Number(since)) < leftForMs;
  };

  const toHandOver = async (): Promise<string[]> =>
    (await renamed()).filter((file) => !left.has(file) || !mayLeave(file));

  /** Keeps a file for others, under a name that says since when. */
  const leave = async (file: string): Promise<void> => {
    if (file.includes('-left-', path.length)) return void left.add(file);
    const name = newName('left-');
    left.add(name);
    // why: one that is missing was handed over, or left, by another.
    await rename(file, name).catch(ifMissing(undefined));
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
    async hasLines() {
      const sizes = await Promise.all([path, ...(await toHandOver())].map(sizeOf));
      return sizes.some((size) => size > 0);
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
        for (const file of await toHandOver()) {
          if ((await take(linesOf(file), mayLeave(file))) === 'taken') await rm(file, { force: true });
          else await leave(file);
        }
        if ((await sizeOf(path)) === 0) return;
        // why: the open file is left to `append`, which may be using it and finds out itself.
        await rename(path, newName('')).catch(ifMissing(undefined));
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

/** What an interrupted write has left at the end was never answered: it is no whole line. */
async function* linesOf(file: string): AsyncGenerator<string> {
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
        if (line !== '') yield line;
      }
    }
  } finally {
    await source.close();
  }
}

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
