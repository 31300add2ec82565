import type { ServerResponse } from 'node:http';
import type { PassOn } from '@mediahooks/core';

/**
 * Gives a verified delivery to the route behind the middleware, as `req.webhook`. The route has taken it when it has answered in full
 * and below 400, whether the sender waits for the answer or not: an answer beyond that, like the 404 of no route at all, or a connection
 * that closes before asks the platform to send again, and then the delivery must not count as a duplicate.
 */
export const passToNext =
  (req: object, res: ServerResponse, next: () => void): PassOn =>
  (verified) =>
    new Promise((resolve) => {
      const settle = (): void => resolve(res.writableEnded && res.statusCode < 400);
      // why: `finish` comes only when the sender has read the answer, as far as it does not fit into the socket's buffers.
      res.once('prefinish', settle).once('finish', settle).once('close', settle);
      // why: a sender who has hung up leaves a response that may never tell of its end.
      const isGone = res.closed || res.destroyed;
      Object.assign(req, { webhook: verified });
      next();
      if (isGone) settle();
    });
