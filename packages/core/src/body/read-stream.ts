import type { BodyLimits } from '../delivery.ts';
import { BodyError } from '../errors.ts';
import { createByteCollector } from './byte-collector.ts';
import { watchStall } from './watch-stall.ts';

/** Reads a web stream to its end: counted, bounded, and given up on when nothing comes for a while. */
export const readWebStream = (
  stream: ReadableStream<Uint8Array>,
  announcedBytes: number | undefined,
  limits: BodyLimits,
): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const reader = stream.getReader();
    const fail = (error: unknown): void => {
      watch.end();
      // why: not awaited: a stalled source may never answer the cancellation either.
      void reader.cancel().catch(() => undefined);
      const gone = 'The sender went away before the body was complete.';
      reject(error instanceof BodyError ? error : new BodyError('body-incomplete', gone, { cause: error }));
    };
    const watch = watchStall(limits, fail);
    readToEnd(reader, limits.maxBytes, watch.heard).then((body) => {
      watch.end();
      if (announcedBytes === undefined || announcedBytes === body.length) return resolve(body);
      const hint = `The body has ${body.length} bytes, ${announcedBytes} were announced.`;
      reject(new BodyError('body-incomplete', hint));
    }, fail);
  });

const readToEnd = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  heard: () => void,
): Promise<Uint8Array> => {
  const collector = createByteCollector(maxBytes);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return collector.bytes();
    heard();
    // why: in one process anything can be put into a stream. Text has lost the bytes it was decoded from.
    if (!ArrayBuffer.isView(value) || value.BYTES_PER_ELEMENT !== 1) {
      throw new BodyError('body-already-parsed', 'The body came in chunks that are no bytes.', {
        found: 'body-as-text',
      });
    }
    if (!collector.add(value)) throw new BodyError('body-too-large', `The body is larger than ${maxBytes} bytes.`);
  }
};
