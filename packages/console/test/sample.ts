import { deliver, foreignAddress } from '@mediahooks/testing';
import type { Kept } from './receiver.ts';

/** Handlers of which some fail, as handlers do. */
export const handleSome = ({ webhooks }: Pick<Kept, 'webhooks'>): void => {
  webhooks.on('*', () => undefined);
  webhooks.on('tpstreams.video.completed', ({ payload }) => {
    throw new Error(`The catalogue answered 502 Bad Gateway for ${payload.id}`);
  });
};

/** Some of everything: handled, dead, quarantined, duplicate, refused, several events in one. */
export const sendSample = async (origin: string): Promise<void> => {
  const mount = `${origin}/webhooks`;
  const at = (version: number) => new Date(Date.UTC(2026, 0, 1, 12, version)).toISOString();
  for (const [version, status] of ['PROCESSING', 'PROCESSING', 'COMPLETE'].entries()) {
    const payload = {
      id: '507f1f77bcf86cd799439011',
      title: version === 0 ? 'Untitled' : 'Big Buck Bunny',
      status,
      visibility: version === 2 ? 'public' : 'private',
      createdAt: at(0),
      updatedAt: at(version),
      ...(status === 'COMPLETE' && {
        duration: 596.5,
        fps: 24,
        src: { hls: [{ name: '1080p', width: 1920, height: 1080 }] },
      }),
    };
    await deliver('ignite', version === 0 ? 'video.created' : 'video.updated', { payload }).sendTo(mount);
  }
  const twice = deliver('ignite', 'video.deleted', { deliveryId: 'del_twice' });
  await twice.sendTo(mount);
  await twice.sendTo(mount);
  await deliver('ignite', 'video.updated', { payload: { id: 'v9', createdAt: at(0), updatedAt: 'yesterday' } }).sendTo(
    mount,
  );
  await deliver('ignite', 'video.updated', { tamper: 'body' }).sendTo(mount);
  await deliver('gcore', 'video.ready', { forwardedFor: foreignAddress }).sendTo(mount);
  await deliver('gcore', 'stream.started').sendTo(mount);
  await deliver('gcore', 'video.ready').sendTo(mount);
  await deliver('tpstreams', 'video.completed').sendTo(mount);
  await deliver('tpstreams', 'livestream.streaming').sendTo(mount);
  await deliver('echo3d', 'Upload').sendTo(mount);
  await deliver('threeq', 'file.new').sendTo(mount);
};
