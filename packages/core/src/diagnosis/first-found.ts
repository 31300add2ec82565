import { isThenable, type MaybePromise } from '../crypto/types.ts';
import type { Finding } from './finding.ts';

/** Something to try. */
export type Attempt = () => MaybePromise<Finding | undefined>;

/** Tries one after another until one has found something; at once, as long as there is nothing to wait for. */
export const firstFound = (attempts: Iterable<Attempt>): MaybePromise<Finding | undefined> => {
  const rest = attempts[Symbol.iterator]();
  const go = (): MaybePromise<Finding | undefined> => {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const found = next.value();
      if (isThenable(found)) return found.then((one) => one ?? go());
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return go();
};

/** A finding, if what it stands on is so. */
export const foundIf = (isSo: MaybePromise<boolean>, finding: () => Finding): MaybePromise<Finding | undefined> =>
  isThenable(isSo) ? isSo.then((settled) => (settled ? finding() : undefined)) : isSo ? finding() : undefined;
