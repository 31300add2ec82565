import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readWebStream } from '../../src/body/read-stream.ts';
import { systemClock } from '../../src/clock.ts';

test('of a body in very small chunks no chunk is kept, each of which may hold far more memory than its bytes', async () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('gc is not there');
  const chunks: WeakRef<Uint8Array>[] = [];
  const count = 500;
  let kept = Number.POSITIVE_INFINITY;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (chunks.length < count) {
          const chunk = new Uint8Array(65_536).fill(chunks.length % 256).subarray(0, 1);
          chunks.push(new WeakRef(chunk));
          controller.enqueue(chunk);
          return;
        }
        // why: a WeakRef holds on to what it was made for, or asked for, until the end of the job.
        await new Promise((resolve) => setImmediate(resolve));
        collectGarbage();
        kept = chunks.filter((chunk) => chunk.deref() !== undefined).length;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const body = await readWebStream(stream, undefined, { maxBytes: 1000, stallMs: 10_000, clock: systemClock });
  expect(body).toEqual(Uint8Array.from({ length: count }, (_, index) => index % 256));
  expect(kept).toBeLessThan(count / 10);
});

test('chunks that are no bytes are refused, and not taken for an empty body', async () => {
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue('text');
      controller.close();
    },
  });
  const reading = readWebStream(stream, undefined, { maxBytes: 1000, stallMs: 10_000, clock: systemClock });
  await expect(reading).rejects.toMatchObject({ code: 'body-already-parsed' });
});
