import type { IncomingMessage } from 'node:http';
import type { Clock } from '@mediahooks/core';

/** How long, and how much, a sender may go on sending after it was refused. */
const lingerMs = 5_000;
const lingerBytes = 16 * 1024 * 1024;

/** Throws away what still comes of a refused request, for a while; then, or once all has come, calls back. Once. */
export const drain = (req: IncomingMessage, clock: Clock, done: () => void): void => {
  let bytes = 0;
  const finish = (): void => {
    cancel();
    req.off('data', count).off('pause', resume).off('end', finish).off('close', finish);
    done();
  };
  const count = (chunk: Uint8Array | string): void => {
    bytes += chunk.length;
    if (bytes > lingerBytes) finish();
  };
  // why: whoever read before may stop the request in the middle, as our own reader does at its limit.
  const resume = (): void => {
    req.resume();
  };
  const cancel = clock.after(lingerMs, finish);
  req.unpipe();
  req.on('data', count).on('pause', resume).on('end', finish).on('close', finish);
  req.on('error', () => undefined);
  req.resume();
};
