import type { MaybePromise } from './crypto/types.ts';

/**
 * Loads a module when it is first asked for, and gives it at once from then on. Where that fails, whoever waits hears of it, and the next
 * one who asks tries again.
 *
 * @param load `() => import('./module.ts')`, written out, so that bundlers see it.
 */
export const loadOnce = <Module extends object>(load: () => Promise<Module>): (() => MaybePromise<Module>) => {
  let module: MaybePromise<Module> | undefined;
  return () => {
    module ??= load().then(
      (loaded) => {
        module = loaded;
        return loaded;
      },
      (error: unknown) => {
        module = undefined;
        throw error;
      },
    );
    return module;
  };
};
