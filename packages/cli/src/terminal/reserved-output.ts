import type { WriteStream } from 'node:tty';

type Write = WriteStream['write'];

/** Streams that are kept for commands: what they wrote with before, and for how many commands. */
// why not in a terminal: a process has one standard output, however many commands it runs at the same time.
const reserved = new WeakMap<WriteStream, { readonly write: Write; readonly commands: number }>();

/** Writes to a stream, reserved or not. */
export const ownWrite = (stream: WriteStream): Write => (reserved.get(stream)?.write ?? stream.write).bind(stream);

/**
 * Keeps a stream for a command: what anything else writes there goes to another one, until every command has released it.
 *
 * @returns Releases it.
 */
export const reserve = (stream: WriteStream, other: WriteStream): (() => void) => {
  const { commands, write } = reserved.get(stream) ?? { commands: 0, write: stream.write };
  reserved.set(stream, { write, commands: commands + 1 });
  if (commands === 0) stream.write = ownWrite(other);
  return () => {
    const left = (reserved.get(stream)?.commands ?? 1) - 1;
    if (left > 0) {
      reserved.set(stream, { write, commands: left });
      return;
    }
    reserved.delete(stream);
    stream.write = write;
  };
};
