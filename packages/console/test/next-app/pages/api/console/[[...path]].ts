import { webhookConsole } from '@mediahooks/console';
import { authorize, webhooks } from '../../../lib/webhooks.ts';

export default webhookConsole(webhooks, { authorize, path: '/api/console', refreshMs: 100 }).node;
