import { type RouteHandler, webhookRoute } from '@mediahooks/next';
import { after } from 'next/server';
import { drainVideos, videoWebhooks } from '../../../lib/video-webhooks.ts';

const route = webhookRoute(videoWebhooks);

export const POST: RouteHandler = async (request, context) => {
  const response = await route.POST(request, context);
  // 202: the inbox has it. The platform has its answer, and the function stays for the handlers.
  if (response.status === 202) after(drainVideos);
  return response;
};

// The methods that are not POST, so that they get the answer that says so; POST alone would do.
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = route;

/** So long, in seconds, a serverless function may take for the answer and what comes after it. */
export const maxDuration = 60;
