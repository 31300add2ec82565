import type { Catalogue } from './catalogue.ts';
import { webhooks } from './webhooks.ts';

/** What is ready goes into the catalogue, what is deleted leaves it. */
export const keepUpToDate = (catalogue: Catalogue): void => {
  webhooks.on('gcore.video.ready', ({ payload }) =>
    catalogue.put({ id: `gcore:${payload.id}`, title: payload.name ?? '' }),
  );
  webhooks.on('gcore.video.deleted', ({ payload }) => catalogue.remove([`gcore:${payload.id}`]));

  webhooks.on('ignite.video.updated', async ({ payload }) => {
    if (payload.status !== 'COMPLETE') return;
    const address = payload.src?.hls?.[0]?.url;
    await catalogue.put({ id: `ignite:${payload.id}`, title: payload.title ?? '', ...(address && { address }) });
  });
  webhooks.on('ignite.video.deleted', ({ payload }) => catalogue.remove([`ignite:${payload.id}`]));

  webhooks.on('tpstreams.video.completed', ({ payload }) => {
    const address = payload.video.playback_url;
    return catalogue.put({ id: `tpstreams:${payload.id}`, title: payload.title ?? '', ...(address && { address }) });
  });

  webhooks.on('echo3d.Processed', ({ payload }) =>
    catalogue.put({ id: `echo3d:${payload.entryIds[0]}`, title: '3D model' }),
  );
  webhooks.on('echo3d.Delete', ({ payload }) => catalogue.remove(payload.entryIds.map((id) => `echo3d:${id}`)));

  webhooks.on('3q.file.new', ({ payload }) =>
    catalogue.put({ id: `3q:${payload.File.Id}`, title: payload.File.Metadata?.Title ?? '' }),
  );
};
