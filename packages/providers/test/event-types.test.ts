import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';

const secret = 'secret-0001';

test.each([
  [
    gcore(),
    `stream.started stream.playable stream.paused stream.updated recording.started recording.finished
     video.empty video.pending video.viewable video.ready video.error video.deleted
     broadcast.pending broadcast.live broadcast.paused broadcast.finished restream.started restream.stopped`,
  ],
  [ignite({ secret }), 'video.created video.updated video.deleted'],
  [
    tpstreams({ token: secret }),
    `video.not_started video.queued video.processing video.transcoding video.completed video.error
     livestream.not_started livestream.streaming livestream.recording livestream.disconnected livestream.stopped livestream.error
     livestream.completed job.queued job.transcoding job.completed job.error resolutions.deleted resolutions.failed`,
  ],
  [
    echo3d({ urlToken: secret, apiKey: secret }),
    `Upload Processed Edit Delete CollectionMetadataAdd CollectionMetadataRemove AssetMetadataAdd AssetMetadataRemove
     AssetStatusUpdate`,
  ],
  [threeq({ secret: { in: 'header', name: 'x-secret', value: secret } }), 'file.new'],
])('the event types are those that are documented', (provider, types) => {
  expect([...provider.types].sort()).toEqual(types.split(/\s+/).sort());
  expect(provider.open).toBe(provider.name === 'threeq');
});
