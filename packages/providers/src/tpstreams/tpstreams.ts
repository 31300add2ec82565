import {
  checkOptions,
  defineProvider,
  headerToken,
  type Provider,
  type Secret,
  type SourceOptions,
  sourceOptionNames,
  type TypedDraft,
} from '@mediahooks/core';
import { schemaLater } from '../schema-later.ts';
import { sourceOptions } from '../source-options.ts';
import type { TpstreamsBody } from './body.ts';
import type { TpstreamsJob } from './job.ts';
import type { TpstreamsLivestreamAsset } from './livestream-asset.ts';
import type { TpstreamsResolutions } from './resolutions.ts';
import { normaliseStatus } from './status.ts';
import { tpstreamsStatus } from './tpstreams-status.ts';
import type { TpstreamsVideoAsset } from './video-asset.ts';

export interface TpstreamsOptions extends SourceOptions {
  /** The `secret_token` given when the webhook was made. Several while it is changed. */
  readonly token: Secret;
}

const videoStatuses = ['not_started', 'queued', 'processing', 'transcoding', 'completed', 'error'] as const;
const livestreamStatuses = [
  'not_started',
  'streaming',
  'recording',
  'disconnected',
  'stopped',
  'error',
  'completed',
] as const;
const jobStatuses = ['queued', 'transcoding', 'completed', 'error'] as const;

/** Event type → payload. */
export type TpstreamsTypes = Readonly<
  Record<`video.${(typeof videoStatuses)[number]}`, TpstreamsVideoAsset> &
    Record<`livestream.${(typeof livestreamStatuses)[number]}`, TpstreamsLivestreamAsset> &
    Record<`job.${(typeof jobStatuses)[number]}`, TpstreamsJob> &
    Record<'resolutions.deleted' | 'resolutions.failed', TpstreamsResolutions>
>;

export type TpstreamsEventType = keyof TpstreamsTypes;

type Draft = TypedDraft<TpstreamsTypes>;

/**
 * TPStreams. Every delivery carries the webhook's `secret_token` in the header `x-streams-token`. Nothing is signed: the token is worth
 * as much as HTTPS keeps it.
 *
 * TPStreams names no events: a type is made of the body's form and its status.
 *
 * @throws {ConfigurationError} `secret-missing`, `secret-empty`, `option-unknown`, `option-invalid`.
 */
export const tpstreams = (options: TpstreamsOptions): Provider<TpstreamsTypes, never, never> => {
  checkOptions('tpstreams', options, ['token', ...sourceOptionNames]);
  return defineProvider<TpstreamsTypes, TpstreamsBody, never>({
    name: 'tpstreams',
    guards: [
      headerToken({
        header: 'x-streams-token',
        token: options.token,
        origin: { owner: 'tpstreams', option: 'token', variable: 'MEDIAHOOKS_TPSTREAMS_TOKEN' },
      }),
    ],
    schema: schemaLater(async () => (await import('./body.ts')).tpstreamsBody),
    types: [
      ...videoStatuses.map((status) => `video.${status}` as const),
      ...livestreamStatuses.map((status) => `livestream.${status}` as const),
      ...jobStatuses.map((status) => `job.${status}` as const),
      'resolutions.deleted',
      'resolutions.failed',
    ],
    events: (body) => [read(body)],
    // why: keys to push a stream and to a storage, and addresses that can be signed or hold such keys.
    redact: [
      'stream_key',
      'rtmp_url',
      'srt_url',
      'output_path',
      'input_path',
      'input_url',
      'url',
      'download_url',
      'access_key',
      'secret_key',
      'secret_token',
    ],
    options: sourceOptions(options),
  });
};

const read = (body: TpstreamsBody): Draft => {
  switch (body.shape) {
    case 'video': {
      const { payload } = body;
      const status = tpstreamsStatus(payload);
      const known = videoStatuses.find((one) => one === status);
      const subject = `asset:${payload.id}`;
      return known === undefined
        ? { type: 'unknown', name: `video.${status}`, payload, subject }
        : { type: `video.${known}`, payload, subject };
    }
    case 'livestream': {
      const { payload } = body;
      const status = tpstreamsStatus(payload);
      const known = livestreamStatuses.find((one) => one === status);
      const subject = `asset:${payload.id}`;
      return known === undefined
        ? { type: 'unknown', name: `livestream.${status}`, payload, subject }
        : { type: `livestream.${known}`, payload, subject };
    }
    case 'job': {
      const { payload } = body;
      const status = tpstreamsStatus(payload);
      const known = jobStatuses.find((one) => one === status);
      const subject = `job:${payload.id}`;
      return known === undefined
        ? { type: 'unknown', name: `job.${status}`, payload, subject }
        : { type: `job.${known}`, payload, subject };
    }
    case 'resolutions': {
      const { payload } = body;
      const type = hasFailed(payload) ? 'resolutions.failed' : 'resolutions.deleted';
      return { type, payload, subject: `asset:${payload.id}` };
    }
    default: {
      const { payload } = body;
      const subject = typeof payload.id === 'string' ? { subject: `asset:${payload.id}` } : {};
      return { type: 'unknown', name: payload.type, payload, ...subject };
    }
  }
};

/** The whole deletion has failed: it says so, or says it of every resolution. */
const hasFailed = ({ status, resolutions }: TpstreamsResolutions): boolean => {
  if (isFailure(status)) return true;
  return Array.isArray(resolutions) && resolutions.length > 0 && resolutions.every((one) => isFailure(one.status));
};

const isFailure = (status: string | null | undefined): boolean =>
  typeof status === 'string' && ['failed', 'error'].includes(normaliseStatus(status));
