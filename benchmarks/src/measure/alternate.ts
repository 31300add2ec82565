import { type Spread, spreadOf } from './spread.ts';

/** One side of a comparison. */
export interface Runner {
  readonly name: string;
  /** Measures once; gives the figure, whatever its unit is. */
  readonly measure: () => Promise<number> | number;
}

export interface Alternated {
  readonly name: string;
  readonly value: Spread;
  /** This runner's figure divided by the baseline's of the same round. */
  readonly ratio: Spread;
}

/**
 * Measures all runners in turn, round after round, each round beginning with another: whatever slows the machine for a while slows all
 * of them. Ratios are taken within a round.
 */
export const alternate = async (
  runners: readonly Runner[],
  baseline: string,
  rounds: number,
): Promise<readonly Alternated[]> => {
  const values = new Map<string, number[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % runners.length;
    for (const { name, measure } of [...runners.slice(first), ...runners.slice(0, first)]) {
      values.get(name)?.push(await measure());
    }
  }
  const base = values.get(baseline);
  if (base === undefined) throw new RangeError(`There is no runner "${baseline}" to compare with.`);
  return [...values].map(([name, own]) => ({
    name,
    value: spreadOf(own),
    ratio: spreadOf(own.map((value, round) => value / (base[round] ?? Number.NaN))),
  }));
};
