import type { TpstreamsJob } from './job.ts';
import type { TpstreamsLivestreamAsset } from './livestream-asset.ts';
import type { TpstreamsResolutions } from './resolutions.ts';
import { normaliseStatus } from './status.ts';
import type { TpstreamsVideo, TpstreamsVideoAsset } from './video-asset.ts';

/**
 * The status of a payload, or of an asset's `video`, as one word in snake_case: `not_started`, `completed`, `error` (for `errored`
 * too). Of a livestream it is the stream's own; that of its recording is `tpstreamsStatus(payload.video)`. `undefined` where a
 * deletion of resolutions does not say.
 */
export function tpstreamsStatus(
  payload: TpstreamsJob | TpstreamsLivestreamAsset | TpstreamsVideo | TpstreamsVideoAsset,
): string;
export function tpstreamsStatus(payload: TpstreamsResolutions): string | undefined;
export function tpstreamsStatus(payload: object): string | undefined {
  const status = own(own(payload, 'live_stream') ?? own(payload, 'video') ?? payload, 'status');
  return typeof status === 'string' ? normaliseStatus(status) : undefined;
}

const own = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, field)?.value : undefined;
