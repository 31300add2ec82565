import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Clock, type Outcome, outcomeResponse, systemClock } from '@mediahooks/core';
import { drain } from './drain.ts';

export interface WriteOutcomeOptions {
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * Writes the answer to a delivery. Never throws, and writes nothing where somebody else has answered, where the connection is gone, or
 * where the delivery was passed on to a route.
 *
 * Where a part of the body is still to come, the connection is closed after the answer, but not before the sender had a chance to
 * read it: a socket closed over unread bytes is reset, and the answer lost with it (RFC 9112, section 9.6).
 */
export const writeOutcome = (
  res: ServerResponse,
  outcome: Outcome,
  { clock = systemClock }: WriteOutcomeOptions = {},
): void => {
  if (outcome.kind === 'passed' || res.headersSent || res.writableEnded || res.destroyed) return;
  const { status, headers, body } = outcomeResponse(outcome);
  const { req } = res;
  const unread = !req.complete && !req.destroyed;
  // why: between here and the last byte the connection may go; without a listener that would end the process.
  res.on('error', ignore);
  try {
    const written: OutgoingHttpHeaders = { ...headers, 'content-length': Buffer.byteLength(body) };
    if (unread) written.connection = 'close';
    // why: HTTP/2 has no such header, its connections are not closed by one answer (RFC 9113, section 8.2.2).
    if (req.httpVersionMajor >= 2) delete written.connection;
    res.writeHead(status, written);
    if (unread) {
      res.write(body);
      drain(req, clock, () => res.end());
      return;
    }
    res.end(body);
    // why: whatever another reader has left lying would block the next request on this connection.
    if (!req.readableEnded) req.resume();
  } catch {
    // why: middleware may have replaced parts of the response by something that throws. There is nobody left to tell.
    res.destroy();
  }
};

const ignore = (): void => undefined;
