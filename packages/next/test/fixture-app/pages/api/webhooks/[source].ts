import { webhookApiRoute } from '@mediahooks/next';
import { createReceiver } from '../../../lib/receiver.ts';

export const config = { api: { bodyParser: false } };

export default webhookApiRoute(createReceiver('pages'));
