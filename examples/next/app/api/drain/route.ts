import { createHash, timingSafeEqual } from 'node:crypto';
import { drainVideos } from '../../../lib/video-webhooks.ts';

/** A scheduler calls this, once a minute: for events that are to be tried again, or whose function was ended before their handler. */
export const GET = async (request: Request): Promise<Response> => {
  if (!isScheduler(request.headers.get('authorization'))) {
    return new Response('Unauthorized', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  }
  return Response.json(await drainVideos());
};

export const POST = GET;

/** In seconds. More than the 20 that `drain` takes at most. */
export const maxDuration = 60;

/** Nobody is, where no secret is set. */
const isScheduler = (authorization: string | null): boolean => {
  const secret = process.env.CRON_SECRET;
  if (!secret || authorization === null) return false;
  return timingSafeEqual(digest(authorization), digest(`Bearer ${secret}`));
};

/** Of one length whatever it is made of, so that the time of the comparison tells nothing of the secret. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
