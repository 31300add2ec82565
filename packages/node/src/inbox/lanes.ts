/** Runs one caller's tasks at the same time, and those that share a name one after another, in the order they were given. */
export interface Lanes {
  /**
   * Resolves once there is room for the next. `size` is what the task holds in memory.
   *
   * @throws what the first task has failed with: from then on none is begun, those neither that wait behind another.
   */
  run(names: readonly string[], size: number, task: () => Promise<void>): Promise<void>;
  /** Resolves once nothing runs any more. Rejects with what the first task has failed with. */
  settled(): Promise<void>;
}

export const createLanes = (maxTasks: number, maxSize: number): Lanes => {
  /** The last task of each name. */
  const lasts = new Map<string, Promise<void>>();
  let tasks = 0;
  let held = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;

  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  const begin = async (before: readonly Promise<void>[], size: number, task: () => Promise<void>): Promise<void> => {
    tasks += 1;
    held += size;
    try {
      await Promise.all(before);
      if (failure === undefined) await task();
    } catch (error) {
      failure ??= { error };
    }
    tasks -= 1;
    held -= size;
    wake();
  };

  return {
    async run(names, size, task) {
      await until(() => tasks === 0 || failure !== undefined || (tasks < maxTasks && held + size <= maxSize));
      if (failure !== undefined) throw failure.error;
      const before = names.flatMap((name) => lasts.get(name) ?? []);
      const done = begin(before, size, task).then(() => {
        for (const name of names) if (lasts.get(name) === done) lasts.delete(name);
      });
      for (const name of names) lasts.set(name, done);
    },
    async settled() {
      await until(() => tasks === 0);
      if (failure !== undefined) throw failure.error;
    },
  };
};
