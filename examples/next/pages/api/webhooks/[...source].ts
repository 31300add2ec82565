import { webhookApiRoute } from '@mediahooks/next';
import { createModelWebhooks } from '../../../lib/model-webhooks.ts';

// Next.js must leave the body alone: what is proven is its bytes.
export const config = { api: { bodyParser: false } };

export default webhookApiRoute(createModelWebhooks);
