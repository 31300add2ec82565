import type { BodyLimits } from '../delivery.ts';
import { BodyError } from '../errors.ts';
import { createByteCollector } from './byte-collector.ts';

/** Reads a web stream to its end: counted, bounded, and given up on when nothing comes for a while. */
export const readWebStream = async (
  stream: ReadableStream<Uint8Array>,
  announcedBytes: number | undefined,
  limits: BodyLimits,
): Promise<Uint8Array> => {
  const reader = stream.getReader();
  const collector = createByteCollector(limits.maxBytes);
  try {
    for (;;) {
      const { done, value } = await readOrStall(reader, limits);
      if (done) break;
      // why: in one process anything can be put into a stream. Text has lost the bytes it was decoded from.
      if (!ArrayBuffer.isView(value))
        throw new BodyError('body-already-parsed', 'The body came in chunks that are no bytes.', {
          found: 'body-as-text',
        });
      if (!collector.add(value))
        throw new BodyError('body-too-large', `The body is larger than ${limits.maxBytes} bytes.`);
    }
  } catch (error) {
    // why: not awaited: a stalled source may never answer the cancellation either.
    void reader.cancel().catch(() => undefined);
    if (error instanceof BodyError) throw error;
    throw new BodyError('body-incomplete', 'The sender went away before the body was complete.', { cause: error });
  }
  if (announcedBytes !== undefined && announcedBytes !== collector.length) {
    throw new BodyError('body-incomplete', `The body has ${collector.length} bytes, ${announcedBytes} were announced.`);
  }
  return collector.bytes();
};

const readOrStall = (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { clock, stallMs }: BodyLimits,
): Promise<ReadableStreamReadResult<Uint8Array>> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(stallMs, () => {
      reject(new BodyError('body-incomplete', `Nothing came for ${stallMs} ms, and the body was not complete.`));
    });
    reader.read().then(resolve, reject).finally(cancel);
  });
