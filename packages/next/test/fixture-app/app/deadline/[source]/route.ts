import { webhookRoute } from '@mediahooks/next';
import { createDeadlineReceiver, tellDone } from '../../../lib/deadline.ts';

export const { POST } = webhookRoute(createDeadlineReceiver(tellDone));
