import { createWebhooks } from '@mediahooks/core';
import { postgresInbox } from '@mediahooks/inbox-postgres';
import { ignite, tpstreams } from '@mediahooks/providers';
import { revalidatePath } from 'next/cache';
import { type Entry, videos } from './list.ts';

const createVideoWebhooks = () => {
  const { env } = process;
  const webhooks = createWebhooks({
    sources: {
      ignite: ignite({ secret: env.MEDIAHOOKS_IGNITE_SECRET ?? '' }),
      tpstreams: tpstreams({ token: env.MEDIAHOOKS_TPSTREAMS_TOKEN ?? '' }),
    },
    // With a database, deliveries are kept there before they are answered. Without one they are handled within their request.
    ...(env.DATABASE_URL && {
      inbox: postgresInbox({ connectionString: env.DATABASE_URL, schema: env.DATABASE_SCHEMA || 'mediahooks' }),
    }),
  });

  webhooks.on('ignite.video.updated', async ({ payload }) => {
    if (payload.status !== 'COMPLETE') return;
    await show(`ignite:${payload.id}`, payload.title, payload.src?.hls?.[0]?.url);
  });
  webhooks.on('ignite.video.deleted', async ({ payload }) => {
    await videos.remove([`ignite:${payload.id}`]);
    revalidatePath('/');
  });
  webhooks.on('tpstreams.video.completed', ({ payload }) =>
    show(`tpstreams:${payload.id}`, payload.title, payload.video.playback_url),
  );
  return webhooks;
};

/** The page of all videos is built once; from here on it shows the new one. */
const show = async (id: string, title?: string | null, address?: string | null): Promise<void> => {
  const entry: Entry = { id, title: title ?? id, ...(address && { address }) };
  await videos.put(entry);
  revalidatePath('/');
};

let made: ReturnType<typeof createVideoWebhooks> | undefined;

/** Receives for the App Router: one receiver for all routes of it. Made when first asked for, so that `next build` needs no secrets. */
export const videoWebhooks = () => {
  made ??= createVideoWebhooks();
  return made;
};

/** Hands what the inbox keeps to the handlers, until nothing is due. Without an inbox there is nothing to do. */
export const drainVideos = async () => {
  const result = await videoWebhooks().drain();
  // why: an inbox runs handlers beside requests, and Next.js may no longer listen when they call revalidatePath.
  revalidatePath('/');
  return result;
};
