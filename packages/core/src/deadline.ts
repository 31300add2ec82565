import type { Clock } from './clock.ts';

/** A promise that resolves once `ms` milliseconds have passed, and a function that lets go of its timer. */
export const deadlineOf = (
  clock: Clock,
  ms: number,
): { readonly passed: Promise<undefined>; readonly cancel: () => void } => {
  let cancel = (): void => undefined;
  const passed = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  return { passed, cancel };
};
