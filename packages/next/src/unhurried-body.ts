import { type Clock, systemClock } from '@mediahooks/core';

/** How long, how much, and with what pauses, a sender may go on sending after it was refused. */
const lingerMs = 5_000;
const lingerBytes = 16 * 1024 * 1024;
const pauseMs = 500;

/** A request's body that may be given up without a harm to the connection. */
export interface UnhurriedBody {
  /** The body. Cancelling it does nothing: Next.js would reset the connection, and with it the answer. */
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * Throws away what still comes. Resolves once all has come, nothing more does, or it was enough; then the answer may end, and with it
   * the connection. Until that is closed, what comes is thrown away still.
   */
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
    rest: () =>
      new Promise((resolve) => {
        let bytes = 0;
        let stopWaiting = (): void => undefined;
        const stopLingering = clock.after(lingerMs, resolve);
        const throwAway = async (): Promise<void> => {
          for (;;) {
            stopWaiting = clock.after(pauseMs, resolve);
            const { done, value } = await reader.read();
            stopWaiting();
            if (done) return;
            bytes += value.length;
            if (bytes > lingerBytes) resolve();
          }
        };
        throwAway()
          .catch(() => undefined)
          .finally(() => {
            stopWaiting();
            stopLingering();
            resolve();
          });
      }),
  };
};
