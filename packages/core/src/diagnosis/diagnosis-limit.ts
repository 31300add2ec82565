import type { Clock } from '../clock.ts';

/** Keeps what all diagnoses together cost within bounds. Of work in bytes hashed, as an allowance counts it. */
export interface DiagnosisLimit {
  /** Whether one more refusal of a source may be looked into. */
  allows(source: string | undefined): boolean;
  /** What that has cost. */
  charge(source: string | undefined, bytes: number): void;
}

/** What a second of a flood is worth: some 4 ms. That is two to three diagnoses of large bodies, or about twenty of small ones. */
const bytesPerSecond = 6_000_000;
/** So much may be used at once, where nothing was for a while. */
const mostBytes = 4 * bytesPerSecond;
/** What a diagnosis costs that hashes nothing. */
const leastBytes = 50_000;

/**
 * A bucket for each source: under a flood of forged deliveries looking into each would cost more than refusing it does, and a flood at
 * one source must not leave another without a diagnosis. There are as many buckets as sources, and one for paths that name none.
 */
export const createDiagnosisLimit = (clock: Clock): DiagnosisLimit => {
  const buckets = new Map<string | undefined, { bytes: number; at: number }>();
  const bucketOf = (source: string | undefined): { bytes: number; at: number } => {
    const now = clock.now();
    const bucket = buckets.get(source) ?? { bytes: mostBytes, at: now };
    buckets.set(source, bucket);
    const earned = (Math.max(0, now - bucket.at) / 1000) * bytesPerSecond;
    bucket.bytes = Math.min(mostBytes, bucket.bytes + earned);
    bucket.at = now;
    return bucket;
  };
  return {
    // why: what it will cost is not known before. The last one may overdraw, and is paid for before the next.
    allows: (source) => bucketOf(source).bytes > 0,
    charge(source, bytes) {
      bucketOf(source).bytes -= Math.max(bytes, leastBytes);
    },
  };
};
