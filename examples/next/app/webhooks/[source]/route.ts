import { webhookRoute } from '@mediahooks/next';
import { createVideoWebhooks } from '../../../lib/video-webhooks.ts';

// All methods, so that those which are not POST get the answer that says so; POST alone would do.
export const { POST, GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = webhookRoute(createVideoWebhooks);
