import { webhookConsole } from '@mediahooks/console';
import { authorize, webhooks } from '../../../../lib/webhooks.ts';

export const { GET, POST } = webhookConsole(webhooks, { authorize, refreshMs: 100 });

export const dynamic = 'force-dynamic';
