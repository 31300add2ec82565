import type { BodyLimits } from '../delivery.ts';
import { BodyError } from '../errors.ts';

/** Reads a web stream to its end: counted, bounded, and given up on when nothing comes for a while. */
export const readWebStream = async (
  stream: ReadableStream<Uint8Array>,
  announcedBytes: number | undefined,
  limits: BodyLimits,
): Promise<Uint8Array> => {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await readOrStall(reader, limits);
      if (done) break;
      if (value.length === 0) continue;
      total += value.length;
      if (total > limits.maxBytes)
        throw new BodyError('body-too-large', `The body is larger than ${limits.maxBytes} bytes.`);
      chunks.push(value);
    }
  } catch (error) {
    // why: not awaited: a stalled source may never answer the cancellation either.
    void reader.cancel().catch(() => undefined);
    if (error instanceof BodyError) throw error;
    throw new BodyError('body-incomplete', 'The sender went away before the body was complete.', { cause: error });
  }
  if (announcedBytes !== undefined && announcedBytes !== total) {
    throw new BodyError('body-incomplete', `The body has ${total} bytes, ${announcedBytes} were announced.`);
  }
  return concatenate(chunks, total);
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

const concatenate = (chunks: readonly Uint8Array[], total: number): Uint8Array => {
  const [only, ...others] = chunks;
  if (only !== undefined && others.length === 0) return only;
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
};
