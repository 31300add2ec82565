import { type Figure, figuresOf, type Group } from '../figure.ts';
import { alternate } from './alternate.ts';

/** What each contestant's measurements gave, in the order of the rounds: several figures of one measurement. */
export interface Series<Result> {
  /** Keeps a result, and gives it. */
  add(contestant: string, result: Result): Result;
  figures(subject: string, unit: string, read: (result: Result) => number): Promise<readonly Figure[]>;
}

export const createSeries = <Result>(
  group: Group,
  contestants: readonly string[],
  baseline: string,
): Series<Result> => {
  const results = new Map<string, Result[]>(contestants.map((name) => [name, []]));
  return {
    add(contestant, result) {
      results.get(contestant)?.push(result);
      return result;
    },
    async figures(subject, unit, read) {
      const rounds = results.get(baseline)?.length ?? 0;
      const runners = [...results].map(([name, own]) => {
        const values = own.map(read).values();
        return { name, measure: (): number => values.next().value ?? Number.NaN };
      });
      // why: nothing is measured again; each round takes the next of what was.
      const spreads = await alternate(runners, baseline, rounds);
      return figuresOf(group, subject, unit, baseline, spreads);
    },
  };
};
