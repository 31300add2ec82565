import { webhookConsole } from '@mediahooks/console';
import { webhooks } from '../../../lib/webhooks.ts';

export const { GET, POST } = webhookConsole(webhooks, { authorize: 'local' });

export const dynamic = 'force-dynamic';
