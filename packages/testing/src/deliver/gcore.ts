import type { JsonValue } from '../json.ts';
import { gcoreExamples as examples } from '../payloads/gcore.ts';
import { buildDelivery } from './build.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { GcoreType } from './event-types.ts';
import { testCredentials } from './test-credentials.ts';
import type { TestDelivery } from './test-delivery.ts';

export interface GcoreDeliveryOptions extends DeliveryOptions {
  /** Where the delivery comes from. Default `testCredentials.gcore.address`. */
  readonly address?: string;
  /**
   * What `X-Forwarded-For` says, as the proxy in front of the receiver wrote it; `false` sends none. Default: the address. The receiver
   * believes it where `trustProxy` covers the sender of the test, usually the loopback.
   */
  readonly forwardedFor?: string | false;
}

const stream = (state: Record<string, JsonValue>): JsonValue => ({
  type: 'stream',
  message: { stream: { id: 12345, live: true, recording: false, ...state } },
});

const restream = (live: boolean): JsonValue => ({
  type: 'restream',
  message: { restream: { id: 678, name: 'SampleRestream', stream_id: 12345, live } },
});

/**
 * The first page has no example of `stream.playable`, `stream.updated`, `video.error`, `video.deleted` and the restreams: those are
 * derived from the fields that Gcore documents.
 */
const payloads: Readonly<Record<GcoreType, JsonValue>> = {
  'stream.started': examples['live stream has started'],
  'stream.playable': stream({ transcoding: true }),
  'stream.paused': examples['live stream is paused'],
  'stream.updated': stream({ backup_live: true }),
  'recording.started': examples['recording has started'],
  'recording.finished': examples['recording has finished'],
  'video.empty': examples['video is uploaded to the platform'],
  'video.pending': examples['video has started processing'],
  'video.viewable': examples['video is partially processed'],
  'video.ready': examples['video is completely processed'],
  'video.error': {
    type: 'video',
    message: {
      video: {
        ...examples['video has started processing'].message.video,
        status: 'error',
        error: 'The file cannot be read',
        converted_videos: [],
      },
    },
  },
  'video.deleted': {
    type: 'video_delete',
    message: {
      video: {
        id: 784280,
        slug: 'Lfsq14hKvLkNsExx',
        name: 'SampleVideo',
        status: 'ready',
        deleted_at: '2025-09-01T12:00:00.000Z',
      },
    },
  },
  'broadcast.pending': examples['broadcast status is updated to waiting to start'],
  'broadcast.live': examples['broadcast status is updated to live'],
  'broadcast.paused': examples['broadcast status is updated to paused'],
  'broadcast.finished': examples['broadcast status is updated to finished'],
  'restream.started': restream(true),
  'restream.stopped': restream(false),
};

/**
 * Proven by where it comes from. A stream's body means what it changes: `recording.finished` and `stream.started` have the same
 * bytes, so a receiver names the first of them `recording.finished` only after `recording.started`; `stream.playable` and
 * `stream.updated` come after `stream.started`.
 */
export const gcoreDelivery = (type: GcoreType, options: GcoreDeliveryOptions): TestDelivery => {
  const { address = testCredentials.gcore.address, forwardedFor = address } = options;
  return buildDelivery(
    {
      provider: 'gcore',
      type,
      source: 'gcore',
      example: payloads[type],
      prove: () => ({
        credential: { in: 'address' },
        address,
        headerLines: forwardedFor === false ? [] : [['x-forwarded-for', forwardedFor]],
      }),
    },
    options,
  );
};
