import { createWebhooks } from '@mediahooks/core';
import { ignite, tpstreams } from '@mediahooks/providers';
import { revalidatePath } from 'next/cache';
import { type Entry, videos } from './list.ts';

/** Receives for the App Router. A function, so that `next build` needs no secrets. */
export const createVideoWebhooks = () => {
  const { env } = process;
  const webhooks = createWebhooks({
    sources: {
      ignite: ignite({ secret: env.MEDIAHOOKS_IGNITE_SECRET ?? '' }),
      tpstreams: tpstreams({ token: env.MEDIAHOOKS_TPSTREAMS_TOKEN ?? '' }),
    },
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
