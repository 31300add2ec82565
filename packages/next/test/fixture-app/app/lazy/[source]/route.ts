import { webhookRoute } from '@mediahooks/next';
import { createIgniteReceiver } from '../../../lib/receiver.ts';

// why: a function, because the secret is not there when `next build` runs this module.
export const { POST } = webhookRoute(() => createIgniteReceiver('app lazy', process.env.RUNTIME_SECRET ?? ''));
