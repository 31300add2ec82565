import { open } from 'node:fs/promises';

/** Lines on disk: appended and flushed, read again from the start, and cut away when all of them are done with. */
export interface SpillFile {
  /** Bytes of whole lines in the file. */
  readonly size: number;
  /** Resolves once the lines are on disk. */
  append(lines: readonly string[]): Promise<void>;
  /** Whole lines from an offset on, and where they end. A line that a crash has cut short is left out. */
  read(offset: number): Promise<{ readonly lines: readonly string[]; readonly end: number }>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** How much is read at once: the file may be larger than memory. */
const chunkBytes = 8 * 1024 * 1024;
const newline = 0x0a;

export const openSpillFile = async (path: string): Promise<SpillFile> => {
  const handle = await open(path, 'a+', 0o600);
  let size = (await handle.stat()).size;

  return {
    get size() {
      return size;
    },
    async append(lines) {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      try {
        await handle.write(bytes);
        await handle.datasync();
        size += bytes.length;
      } catch (error) {
        // why: half a line must not stand before the next one.
        await handle.truncate(size).catch(() => undefined);
        throw error;
      }
    },
    async read(offset) {
      let length = chunkBytes;
      for (;;) {
        const buffer = Buffer.alloc(Math.min(length, Math.max(size - offset, 0)));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
        const last = buffer.subarray(0, bytesRead).lastIndexOf(newline);
        if (last === -1 && offset + bytesRead < size) {
          length *= 2;
          continue;
        }
        const text = buffer.subarray(0, last + 1).toString('utf8');
        const lines = text.split('\n').filter((line) => line !== '');
        // why: what follows the last newline at the end of the file is what a crash has cut short; it was never answered.
        return { lines, end: last === -1 ? size : offset + last + 1 };
      }
    },
    async clear() {
      await handle.truncate(0);
      await handle.datasync();
      size = 0;
    },
    close: () => handle.close(),
  };
};
