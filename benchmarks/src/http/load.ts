import { createBodies } from '../core/bodies.ts';
import { quantile } from '../measure/spread.ts';
import { type Connection, openConnection } from './connection.ts';
import type { LoadOrder, LoadResult } from './messages.ts';
import { receiverOf } from './receivers/all.ts';
import { requestBytes } from './request-bytes.ts';

// why: the checks before have used small ids, and a receiver that remembers would take one for a duplicate.
let signed = 0x1000;

/** Keeps every connection busy with one request at a time, and counts. */
const putLoad = async (order: LoadOrder): Promise<LoadResult> => {
  const { signer, path } = receiverOf(order.framework, order.contestant);
  const createBody = createBodies(order.bodyBytes);
  const pool = Array.from({ length: order.poolSize }, () => {
    signed += 1;
    const id = signed.toString(16);
    return requestBytes(path, signer.sign(createBody(id), id));
  });
  const connections = await Promise.all(Array.from({ length: order.connections }, () => openConnection(order.port)));
  const latenciesMs: number[] = [];
  const countFrom = performance.now() + order.warmUpMs;
  const end = countFrom + order.measureMs;
  let next = 0;
  let answered = 0;
  const keepBusy = async (connection: Connection): Promise<void> => {
    // why: a server's first request may take longer than all the time there is in a short run, and a figure needs one.
    const isNone = (): boolean => latenciesMs.length === 0;
    for (let startedAt = performance.now(); startedAt < end || isNone(); ) {
      const request = pool[next % order.poolSize];
      next += 1;
      if (request === undefined) throw new RangeError('The pool is empty.');
      const status = await connection.send(request);
      if (status !== 200) throw new Error(`${order.contestant} on ${order.framework} answered ${status}.`);
      answered += 1;
      const now = performance.now();
      if (startedAt >= countFrom && (now <= end || isNone())) latenciesMs.push(now - startedAt);
      startedAt = now;
    }
  };
  await Promise.all(connections.map(keepBusy));
  for (const connection of connections) connection.close();
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    answered,
    requestsPerSecond: sorted.length / (order.measureMs / 1000),
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
