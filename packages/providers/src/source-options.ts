import type { SourceOptions } from '@mediahooks/core';

/** The options that every source has, out of a provider's own. */
export const sourceOptions = ({ dedupe, stale, unsafeWithoutVerification }: SourceOptions): SourceOptions => ({
  ...(dedupe !== undefined && { dedupe }),
  ...(stale !== undefined && { stale }),
  ...(unsafeWithoutVerification !== undefined && { unsafeWithoutVerification }),
});
