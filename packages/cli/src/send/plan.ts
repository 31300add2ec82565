/** One request of a run. */
export interface Job {
  readonly type: string;
  /** Number of the delivery, from 1. The second request of a duplicate has the number of the first. */
  readonly n: number;
}

export interface PlanOptions {
  readonly types: readonly string[];
  readonly count: number;
  readonly duplicate: boolean;
  readonly shuffle: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What is sent, in order: every type `count` times, each twice where duplicates are wanted. */
export const planJobs = ({ count, duplicate, random, shuffle, types }: PlanOptions): readonly Job[] => {
  const jobs: Job[] = [];
  for (let n = 1; n <= count; n += 1) {
    for (const type of types) {
      const job = { type, n };
      jobs.push(job);
      if (duplicate) jobs.push(job);
    }
  }
  return shuffle ? shuffled(jobs, random) : jobs;
};

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
