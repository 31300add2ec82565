import { scrubber } from './guards/compare-token.ts';
import type { Source } from './source.ts';

/**
 * Takes all secrets out of a text. Of all sources, not only of a delivery's own: a handler may know them all, and a mistyped path belongs
 * to none.
 */
export const createScrubSecrets = (
  sources: ReadonlyMap<string, Source>,
  retiredSecrets: readonly string[],
): ((text: string) => string) => {
  const scrubRetired = scrubber(retiredSecrets);
  return (text) => [...sources.values()].reduce((rest, source) => source.scrub(rest), scrubRetired(text));
};
