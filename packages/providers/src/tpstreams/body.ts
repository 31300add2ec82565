import * as z from 'zod';
import { chosenSchema } from '../chosen-schema.ts';
import { tpstreamsJob } from './job.ts';
import { tpstreamsLivestreamAsset } from './livestream-asset.ts';
import { tpstreamsResolutions } from './resolutions.ts';
import { normaliseStatus } from './status.ts';
import { tpstreamsVideoAsset } from './video-asset.ts';

const video = tpstreamsVideoAsset.transform((payload) => ({ shape: 'video' as const, payload }));
const livestream = tpstreamsLivestreamAsset.transform((payload) => ({ shape: 'livestream' as const, payload }));
const job = tpstreamsJob.transform((payload) => ({ shape: 'job' as const, payload }));
const resolutions = tpstreamsResolutions.transform((payload) => ({ shape: 'resolutions' as const, payload }));

/** A kind of asset that TPStreams has added since. */
const other = z
  .looseObject({ type: z.string().min(1), id: z.unknown().optional() })
  .transform((payload) => ({ shape: 'other' as const, payload }));

/** What TPStreams sends: one of four forms, told apart by what is in them. */
export const tpstreamsBody = chosenSchema<
  | z.output<typeof video>
  | z.output<typeof livestream>
  | z.output<typeof job>
  | z.output<typeof resolutions>
  | z.output<typeof other>
>((body) => {
  if (body.type === 'video') return video;
  if (body.type === 'livestream') return livestream;
  if (body.type !== undefined && body.type !== null) return other;
  return isResolutionDeletion(body) ? resolutions : job;
});

export type TpstreamsBody = z.output<typeof tpstreamsBody>;

const isResolutionDeletion = (body: Readonly<Record<string, unknown>>): boolean => {
  if ('deleted_resolutions' in body || 'freed_bytes' in body) return true;
  // why: a job lists names of resolutions, a deletion says what became of each.
  if (Array.isArray(body.resolutions) && body.resolutions.some((one) => typeof one === 'object')) return true;
  const failed = typeof body.status === 'string' && normaliseStatus(body.status) === 'failed';
  return failed && 'error' in body && !('input_url' in body || 'output_path' in body);
};
