/** What is going on, so that a receiver can be stopped without breaking it off. Counted, because a list would cost more than most work does. */
export interface Running {
  readonly count: number;
  begin(): void;
  /** Once for each `begin`. */
  end(): void;
  /** Resolves when nothing goes on any more. */
  idle(): Promise<void>;
}

export const createRunning = (): Running => {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    get count() {
      return count;
    },
    begin() {
      count += 1;
    },
    end() {
      count -= 1;
      if (count > 0) return;
      const resolvers = waiting;
      waiting = [];
      for (const resolve of resolvers) resolve();
    },
    idle: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
