import type { Clock } from '@mediahooks/core';

export interface LiveOptions {
  /** A short text that changes when the page does. Rejects where it cannot be told, and the stream ends. */
  readonly state: () => Promise<string>;
  readonly clock: Clock;
  readonly everyMs: number;
}

/** A stream ends after so long, and the browser asks for the next one: whoever is no longer allowed in gets none. */
const endAfterMs = 5 * 60 * 1000;

/** Server-sent events that say when a page is no longer as it was. They hold nothing of it: the page itself is fetched again. */
export const liveStream = ({ clock, everyMs, state }: LiveOptions): ReadableStream<Uint8Array> => {
  const text = new TextEncoder();
  let cancelWait = (): void => undefined;
  let isOver = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const endAt = clock.now() + endAfterMs;
      let last: string | undefined;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        controller.close();
      };
      const look = async (): Promise<void> => {
        try {
          const now = await state();
          if (isOver) return;
          // why: a line in any case, so that a connection whose other end is gone is found out.
          controller.enqueue(text.encode(now === last ? ':\n\n' : `event: state\ndata: ${now}\n\n`));
          last = now;
          if (clock.now() >= endAt) end();
          else cancelWait = clock.after(everyMs, () => void look());
        } catch {
          end();
        }
      };
      controller.enqueue(text.encode('retry: 3000\n\n'));
      void look();
    },
    cancel() {
      isOver = true;
      cancelWait();
    },
  });
};
