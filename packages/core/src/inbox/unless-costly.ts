import type { Clock } from '../clock.ts';

/** What takes longer is not done again at once. Milliseconds. */
const costlyMs = 50;

/**
 * Gives what it gave before, for 20 times as long as that took, where it took long. For engines, to count what
 * is large. `isLarge` says whether a result may be given again at all.
 */
export const unlessCostly = <Result>(
  work: () => Promise<Result>,
  clock: Clock,
  isLarge: (result: Result) => boolean,
): (() => Promise<Result>) => {
  let known: { readonly result: Result; readonly until: number } | undefined;
  const run = async (): Promise<Result> => {
    const startedAt = clock.now();
    const result = await work();
    const tookMs = clock.now() - startedAt;
    known = tookMs > costlyMs && isLarge(result) ? { result, until: clock.now() + 20 * tookMs } : undefined;
    return result;
  };
  return async () => (known !== undefined && clock.now() < known.until ? known.result : run());
};
