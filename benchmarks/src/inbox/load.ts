import { randomBytes } from 'node:crypto';
import { createBodies } from '../core/bodies.ts';
import { mediahooks } from '../core/contestants/mediahooks.ts';
import { type Connection, openConnection } from '../http/connection.ts';
import { requestBytes } from '../http/request-bytes.ts';
import { quantile } from '../measure/spread.ts';
import type { LoadOrder, LoadResult, VideoIds } from './messages.ts';
import { path } from './receiver.ts';

const signer = mediahooks();
const createBody = createBodies(1000);
/** A measurement counts so many answers, however long that takes. */
const leastCounted = 20;
let signed = 0;

/**
 * A delivery of 1 KB that was never sent before, about a video of its own that was updated just now. Signed while the load goes on: no
 * pool of them is large enough, because an inbox remembers for a day what it was sent.
 */
const nextRequest = (ids: VideoIds): Buffer<ArrayBuffer> => {
  signed += 1;
  const id = ids === 'rising' ? signed.toString(16) : randomBytes(12).toString('hex');
  return requestBytes(path, signer.sign(createBody(id, new Date()), id));
};

/** Keeps every connection busy with one request at a time, and counts. */
const putLoad = async (order: LoadOrder): Promise<LoadResult> => {
  const connections = await Promise.all(Array.from({ length: order.connections }, () => openConnection(order.port)));
  const latenciesMs: number[] = [];
  const countFrom = performance.now() + order.warmUpMs;
  let end = countFrom + order.measureMs;
  let answered = 0;
  // why: a machine that is busy with other things may not answer once in that time; then it is measured for longer.
  const goesOn = (now: number): boolean => now < end || latenciesMs.length < leastCounted;
  const keepBusy = async (connection: Connection): Promise<void> => {
    for (let now = performance.now(); goesOn(now); ) {
      const request = nextRequest(order.ids);
      const startedAt = performance.now();
      const status = await connection.send(request);
      if (status !== order.status) throw new Error(`It answered ${status} rather than ${order.status}.`);
      answered += 1;
      now = performance.now();
      if (startedAt < countFrom || !goesOn(now)) continue;
      latenciesMs.push(now - startedAt);
      end = Math.max(end, now);
    }
  };
  await Promise.all(connections.map(keepBusy));
  for (const connection of connections) connection.close();
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    answered,
    acceptedPerSecond: sorted.length / ((end - countFrom) / 1000),
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  };
};

process.on('disconnect', () => process.exit());
process.on('message', (order: LoadOrder) => {
  putLoad(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
