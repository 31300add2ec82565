import { webhookApiRoute } from '@mediahooks/next';
import { createDeadlineReceiver, tellDone } from '../../../lib/deadline.ts';

export const config = { api: { bodyParser: false } };

// why: the handler tells nothing; only who was given its work knows when that is done.
export default webhookApiRoute(
  createDeadlineReceiver(() => undefined),
  {
    waitUntil: (work) => void work.then(tellDone),
  },
);
