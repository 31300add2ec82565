/** Resolves at the first Ctrl-C, or when the process is asked to end. A second one ends it as usual. */
export const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
