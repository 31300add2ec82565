import { webhookRoute } from '@mediahooks/next';
import { createIgniteReceiver } from '../../../lib/receiver.ts';

export const runtime = 'edge';

export const { POST } = webhookRoute(createIgniteReceiver('app edge'));
