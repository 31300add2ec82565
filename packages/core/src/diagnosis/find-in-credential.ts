import type { MaybePromise } from '../crypto/types.ts';
import type { Finders } from './diagnose.ts';
import type { Finding, RefusedDelivery } from './finding.ts';

export const findInCredential = (
  { delivery, guard, payload, rejection, source }: RefusedDelivery,
  { cluesOf }: Finders,
): MaybePromise<Finding | undefined> => {
  if (delivery === undefined || source === undefined) return undefined;
  const clues = cluesOf({ source, guard, rejection });
  if (guard?.stage === 'credential') return guard.diagnose?.(delivery, clues);
  if (guard?.stage === 'payload') return guard.diagnose?.(payload, delivery, clues);
  return undefined;
};
