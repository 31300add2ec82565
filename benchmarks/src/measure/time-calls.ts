/** So many calls are made ready and timed at once. Few, because whatever waits to be used is garbage collection's load, not a server's. */
const chunk = 64;

/**
 * Times one call, in microseconds: `prepare(count)` makes ready that many, untimed, and gives a function that makes all of them. How
 * many belong to a round is found out here, so that a round is long enough for the clock and short enough to alternate.
 */
export const timeCalls = async (
  prepare: (count: number) => () => Promise<void> | void,
  roundMs: number,
): Promise<() => Promise<number>> => {
  const measure = async (count: number): Promise<number> => {
    let tookMs = 0;
    for (let left = count; left > 0; left -= chunk) {
      const makeCalls = prepare(Math.min(left, chunk));
      const startedAt = performance.now();
      await makeCalls();
      tookMs += performance.now() - startedAt;
    }
    return tookMs;
  };
  let count = 1;
  let tookMs = await measure(count);
  // why: also warms up, so that what is measured is compiled code.
  while (tookMs < roundMs && count < 1_000_000) {
    count = Math.ceil(count * Math.min(4, Math.max(1.2, roundMs / Math.max(tookMs, 0.01))));
    tookMs = await measure(count);
  }
  const perRound = count;
  return async () => ((await measure(perRound)) * 1000) / perRound;
};
