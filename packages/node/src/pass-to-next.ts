import type { ServerResponse } from 'node:http';
import type { PassOn } from '@mediahooks/core';

/**
 * Gives a verified delivery to the route behind the middleware, as `req.webhook`. The route has taken it when it has answered in full
 * and below 400: an answer beyond that, like the 404 of no route at all, or a connection that closes early asks the platform to send
 * again, and then the delivery must not count as a duplicate.
 */
export const passToNext =
  (req: object, res: ServerResponse, next: () => void): PassOn =>
  (verified) =>
    new Promise((resolve) => {
      res.once('finish', () => resolve(res.statusCode < 400)).once('close', () => resolve(false));
      // why: a sender who has hung up leaves a response that may never tell of its end.
      if (res.closed || res.destroyed) resolve(false);
      Object.assign(req, { webhook: verified });
      next();
    });
