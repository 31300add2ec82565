import { webhookApiRoute } from '@mediahooks/next';
import { createIgniteReceiver } from '../../../lib/receiver.ts';

export const config = { api: { bodyParser: false } };

export default webhookApiRoute(createIgniteReceiver('pages behind proxy.ts'));
