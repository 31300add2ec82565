import { webhookApiRoute } from '@mediahooks/next';
import { createIgniteReceiver } from '../../../lib/receiver.ts';

// why: no `config`, so that Next.js parses the body first.
export default webhookApiRoute(createIgniteReceiver('pages parsed'));
