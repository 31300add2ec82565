import type { JsonValue } from '../json.ts';
import { tpstreamsExamples } from '../payloads/tpstreams.ts';
import { buildDelivery } from './build.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { TpstreamsType } from './event-types.ts';
import { testCredentials } from './test-credentials.ts';
import type { TestDelivery } from './test-delivery.ts';

export interface TpstreamsDeliveryOptions extends DeliveryOptions {
  /** `x-streams-token`. Default `testCredentials.tpstreams.token`. */
  readonly token?: string;
}

const example = tpstreamsExamples['video completed'];
const resolutions = (status: string): JsonValue => [{ resolution: '240p', status }];

/**
 * The page has one example, of a video that is completed. Livestreams, jobs and resolutions are derived from the fields that
 * TPStreams documents for them; a status is written as its pages write it, `Not Started` for `not_started`.
 */
const payloadOf = (type: TpstreamsType): JsonValue => {
  if (type === 'resolutions.deleted') {
    return {
      ...resolution,
      status: 'deleted',
      resolutions: resolutions('deleted'),
      deleted_resolutions: ['240p'],
      freed_bytes: 1048576,
    };
  }
  if (type === 'resolutions.failed') {
    return { ...resolution, status: 'failed', error: 'The resolution is in use', resolutions: resolutions('failed') };
  }
  const [shape, word = ''] = type.split('.');
  const status = word.split('_').map(capitalised).join(' ');
  if (shape === 'video') return { ...example, video: { ...example.video, status } };
  if (shape === 'livestream') return { ...livestream, live_stream: { ...livestream.live_stream, status } };
  return { ...job, status };
};

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

const resolution = { id: example.id, title: example.title };

const livestream = {
  id: '5c1f6a4e-3d0b-4c57-9a6e-2f7c8d9e0a1b',
  title: 'Sample Livestream',
  bytes: null,
  type: 'livestream',
  parent_id: null,
  video: null,
  live_stream: {
    rtmp_url: 'rtmp://live.example.com/live',
    stream_key: 'org-sample-stream-key',
    status: 'Streaming',
    hls_url: 'https://live.example.com/live/sample/video.m3u8',
    start: null,
    transcode_recorded_video: true,
    chat_embed_url: 'https://chat.example.com/sample',
  },
} as const;

const job = {
  id: '0b7d5e2a-8f4c-4f63-9a0d-6c1e2b3a4d5f',
  input_url: 'https://example.com/input.mp4',
  output_path: 's3://example-bucket/output',
  resolutions: ['240p', '720p'],
  video_duration: 60,
  enable_drm: false,
  drm_content_id: null,
  start_time: '2025-09-01T12:00:00Z',
  end_time: null,
  error_message: null,
  client_metadata: { order: '42' },
} as const;

/** Proven by a static token. Nothing is signed. */
export const tpstreamsDelivery = (type: TpstreamsType, options: TpstreamsDeliveryOptions): TestDelivery => {
  const { token = testCredentials.tpstreams.token } = options;
  return buildDelivery(
    {
      provider: 'tpstreams',
      type,
      source: 'tpstreams',
      example: payloadOf(type),
      prove: () => ({
        credential: { in: 'header', name: 'x-streams-token' },
        headerLines: [['x-streams-token', token]],
      }),
    },
    options,
  );
};
