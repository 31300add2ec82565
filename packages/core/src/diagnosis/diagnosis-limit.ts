import type { Clock } from '../clock.ts';

/** Says whether one more refusal may be looked into. */
export type DiagnosisLimit = (source: string | undefined) => boolean;

/** So many refusals of a source are looked into one after another; … */
const burst = 20;
/** … after that, one in so many milliseconds. */
const refillMs = 100;

/**
 * A bucket for each source: under a flood of forged deliveries looking into each would cost more than refusing it does, and a flood at
 * one source must not leave another without a diagnosis. There are as many buckets as sources, and one for paths that name none.
 */
export const createDiagnosisLimit = (clock: Clock): DiagnosisLimit => {
  const buckets = new Map<string | undefined, { allowanceMs: number; at: number }>();
  return (source) => {
    const now = clock.now();
    const bucket = buckets.get(source) ?? { allowanceMs: burst * refillMs, at: now };
    buckets.set(source, bucket);
    bucket.allowanceMs = Math.min(burst * refillMs, bucket.allowanceMs + Math.max(0, now - bucket.at));
    bucket.at = now;
    if (bucket.allowanceMs < refillMs) return false;
    bucket.allowanceMs -= refillMs;
    return true;
  };
};
