import type { TypedDraft } from '@mediahooks/core';
import type * as z from 'zod';
import { chosenSchema } from '../chosen-schema.ts';
import {
  type Echo3dAssetsPayload,
  echo3dAssetPayload,
  echo3dAssetsPayload,
  echo3dPayload,
  echo3dUnknownPayload,
} from './payload.ts';
import { assetsTriggers, assetTriggers, collectionTriggers, type Echo3dTypes } from './triggers.ts';

type Draft = TypedDraft<Echo3dTypes>;

const assetSubject = ({ entryIds: [id, ...others] }: Echo3dAssetsPayload): { readonly subject?: string } =>
  // why: several assets are no one subject, and one event cannot wait its turn among the events of each of them.
  others.length === 0 ? { subject: `asset:${id}` } : {};

const schemas: ReadonlyMap<unknown, z.ZodType<Draft>> = new Map<unknown, z.ZodType<Draft>>([
  ...assetTriggers.map(
    (type) => [type, echo3dAssetPayload.transform((payload) => ({ type, payload, ...assetSubject(payload) }))] as const,
  ),
  ...assetsTriggers.map(
    (type) =>
      [type, echo3dAssetsPayload.transform((payload) => ({ type, payload, ...assetSubject(payload) }))] as const,
  ),
  ...collectionTriggers.map(
    (type) => [type, echo3dPayload.transform((payload) => ({ type, payload, subject: 'collection' }))] as const,
  ),
]);

/** A trigger that echo3D has added since. */
const other = echo3dUnknownPayload.transform((payload) => ({ type: 'unknown' as const, name: payload.event, payload }));

/** What echo3D sends. How many ids there are depends on the trigger. */
export const echo3dDraft = chosenSchema<Draft>(({ event }) => schemas.get(event) ?? other);
