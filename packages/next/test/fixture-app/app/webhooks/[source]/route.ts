import { webhookRoute } from '@mediahooks/next';
import { createReceiver } from '../../../lib/receiver.ts';

export const { POST, GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = webhookRoute(createReceiver('app'));
