import { webhookRoute } from '@mediahooks/next';
import { createIgniteReceiver } from '../../../lib/receiver.ts';

export const { POST } = webhookRoute(createIgniteReceiver('only post'));
