import { type Clock, systemClock } from '@mediahooks/core';

/** How long, how much, and with what pauses, a sender may go on sending after it was refused. */
const lingerMs = 5_000;
const lingerBytes = 16 * 1024 * 1024;
const pauseMs = 500;

/** A request's body that may be given up without a harm to the connection. */
export interface UnhurriedBody {
  /** The body. Cancelling it does nothing: Next.js would reset the connection, and with it the answer. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Throws away what still comes, for a while; resolves then, or once all has come, or nothing more does. */
  rest(): Promise<void>;
}

export const unhurriedBody = (body: ReadableStream<Uint8Array>, clock: Clock = systemClock): UnhurriedBody => {
  const reader = body.getReader();
  return {
    stream: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      },
      // why: not a byte is read before somebody asks for it. An address is refused before that.
      { highWaterMark: 0 },
    ),
    async rest() {
      const until = clock.now() + lingerMs;
      let bytes = 0;
      try {
        while (bytes <= lingerBytes && clock.now() < until) {
          const read = await readOrPause(reader, clock);
          if (read === undefined || read.done) break;
          bytes += read.value.length;
        }
      } catch {
        // why: the sender has gone. There is nothing left to throw away.
      }
      void reader.cancel().catch(() => undefined);
    },
  };
};

const readOrPause = async (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
): Promise<ReadableStreamReadResult<Uint8Array> | undefined> => {
  let cancel = (): void => undefined;
  const pause = new Promise<undefined>((resolve) => {
    cancel = clock.after(pauseMs, () => resolve(undefined));
  });
  try {
    return await Promise.race([reader.read(), pause]);
  } finally {
    cancel();
  }
};
