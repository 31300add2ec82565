import { createWebhooks } from '@mediahooks/core';
import { echo3d } from '@mediahooks/providers';
import { models } from './list.ts';

/** Receives for pages/api. A function, so that `next build` needs no secrets. */
export const createModelWebhooks = () => {
  const { env } = process;
  const webhooks = createWebhooks({
    sources: {
      echo3d: echo3d({ urlToken: env.MEDIAHOOKS_ECHO3D_URL_TOKEN ?? '', apiKey: env.MEDIAHOOKS_ECHO3D_API_KEY ?? '' }),
    },
  });

  webhooks.on('echo3d.Processed', ({ payload }) => {
    const [id] = payload.entryIds;
    return models.put({ id: `echo3d:${id}`, title: `Model ${id}` });
  });
  webhooks.on('echo3d.Delete', ({ payload }) => models.remove(payload.entryIds.map((id) => `echo3d:${id}`)));
  return webhooks;
};
