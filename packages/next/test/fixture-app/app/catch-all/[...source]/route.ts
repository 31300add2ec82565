import { webhookRoute } from '@mediahooks/next';
import { createReceiver } from '../../../lib/receiver.ts';

export const { POST } = webhookRoute(createReceiver('app catch-all'));
