import {
  checkOptions,
  defineProvider,
  ipAllowlist,
  type Provider,
  type SourceOptions,
  type SubjectChange,
  sourceOptionNames,
  type TypedDraft,
} from '@mediahooks/core';
import { schemaLater } from '../schema-later.ts';
import { sourceOptions } from '../source-options.ts';
import type { GcoreBroadcast } from './broadcast.ts';
import type { GcoreMessage } from './message.ts';
import type { GcoreRestream } from './restream.ts';
import type { GcoreStream } from './stream.ts';
import { type GcoreStreamState, type GcoreStreamType, readState, stateOf, streamChanges } from './stream-changes.ts';
import type { GcoreDeletedVideo, GcoreVideo } from './video.ts';

export interface GcoreOptions extends SourceOptions {
  /**
   * Where Gcore sends from: addresses, or ranges in CIDR notation. Default {@link gcoreRanges}. Behind a proxy the receiver needs
   * `trustProxy` too.
   */
  readonly ranges?: readonly string[];
}

/** Where Gcore sends from, as its pages say (gcore.com/docs/streaming, "Webhooks", both ranges since September 2025). */
export const gcoreRanges = ['92.223.112.0/24', '92.223.123.0/24'] as const;

const videoStatuses = ['empty', 'pending', 'viewable', 'ready', 'error'] as const;
const broadcastStatuses = ['pending', 'live', 'paused', 'finished'] as const;

/** Event type → payload. */
export type GcoreTypes = Readonly<
  Record<GcoreStreamType, GcoreStream> &
    Record<`video.${(typeof videoStatuses)[number]}`, GcoreVideo> &
    Record<'video.deleted', GcoreDeletedVideo> &
    Record<`broadcast.${(typeof broadcastStatuses)[number]}`, GcoreBroadcast> &
    Record<'restream.started' | 'restream.stopped', GcoreRestream>
>;

export type GcoreEventType = keyof GcoreTypes;

const types = [
  'stream.started',
  'stream.playable',
  'stream.paused',
  'stream.updated',
  'recording.started',
  'recording.finished',
  'video.empty',
  'video.pending',
  'video.viewable',
  'video.ready',
  'video.error',
  'video.deleted',
  'broadcast.pending',
  'broadcast.live',
  'broadcast.paused',
  'broadcast.finished',
  'restream.started',
  'restream.stopped',
] as const satisfies GcoreEventType[];

type Draft = TypedDraft<GcoreTypes, GcoreStreamState>;

/**
 * Gcore's Streaming Platform. Nothing is signed: a delivery is proven by the address it comes from, and nothing else.
 *
 * Gcore tries once. A delivery that is not taken is lost, so use an inbox.
 *
 * @throws {ConfigurationError} `option-unknown`, `option-invalid`.
 */
export const gcore = (options: GcoreOptions = {}): Provider<GcoreTypes, never, GcoreStreamState> => {
  checkOptions('gcore', options, ['ranges', ...sourceOptionNames]);
  return defineProvider<GcoreTypes, GcoreMessage, never, GcoreStreamState>({
    name: 'gcore',
    guards: [ipAllowlist({ ranges: options.ranges ?? gcoreRanges, owner: 'gcore: option "ranges"' })],
    schema: schemaLater(async () => (await import('./message.ts')).gcoreMessage),
    types,
    events: (message) => [read(message)],
    // why: `slug` and the addresses that hold it give access to a video, the others to pushing a stream.
    redact: [
      'slug',
      'mp4_url',
      'hls_url',
      'dash_url',
      'iframe_url',
      'uri',
      'backup_uri',
      'push_url',
      'backup_push_url',
    ],
    options: sourceOptions(options),
  });
};

const read = (message: GcoreMessage): Draft | SubjectChange<Draft> => {
  switch (message.type) {
    case 'stream':
      return readStream(message.message.stream);
    case 'video':
      return readVideo(message.message.video);
    case 'video_delete': {
      const { video } = message.message;
      return { type: 'video.deleted', payload: video, subject: `video:${video.id}` };
    }
    case 'broadcast':
      return readBroadcast(message.message.broadcast);
    case 'restream': {
      const { restream } = message.message;
      const type = (restream.live ?? restream.active) ? 'restream.started' : 'restream.stopped';
      return { type, payload: restream, subject: `restream:${restream.id}` };
    }
    default:
      return { type: 'unknown', name: message.name, payload: message.body };
  }
};

const readStream = (stream: GcoreStream): SubjectChange<Draft> => {
  const subject = `stream:${stream.id}`;
  const state = stateOf(stream);
  return {
    subject,
    state,
    events(remembered) {
      const previous = readState(remembered);
      return streamChanges(previous, state).map((type) => ({
        type,
        payload: stream,
        subject,
        ...(previous !== undefined && { previous }),
      }));
    },
  };
};

const readVideo = (video: GcoreVideo): Draft => {
  const subject = `video:${video.id}`;
  const status = videoStatuses.find((known) => known === video.status);
  if (status === undefined) return { type: 'unknown', name: `video.${video.status}`, payload: video, subject };
  return { type: `video.${status}`, payload: video, subject };
};

const readBroadcast = (broadcast: GcoreBroadcast): Draft => {
  const subject = `broadcast:${broadcast.id}`;
  const status = broadcastStatuses.find((known) => known === broadcast.status);
  if (status === undefined) {
    return { type: 'unknown', name: `broadcast.${broadcast.status}`, payload: broadcast, subject };
  }
  return { type: `broadcast.${status}`, payload: broadcast, subject };
};
