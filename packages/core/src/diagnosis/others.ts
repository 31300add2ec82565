import type { MaybePromise } from '../crypto/types.ts';
import type { OtherSecrets } from './clues.ts';
import type { Finding } from './finding.ts';
import { type Attempt, foundIf } from './first-found.ts';
import type { SecretProbe } from './secret-probe.ts';

/** Of a receiver with very many sources. */
const maxOthers = 30;

/**
 * Tries secrets that are not the guard's own. `what` begins the hint: `The token in the header x-token`.
 */
export const tryOthers = (
  others: readonly OtherSecrets[],
  what: string,
  isBehind: (secrets: SecretProbe) => MaybePromise<boolean>,
): readonly Attempt[] =>
  others.slice(0, maxOthers).map((other) => () => foundIf(isBehind(other.secrets), () => findingOf(other, what)));

const findingOf = ({ cause, whose }: OtherSecrets, what: string): Finding => {
  switch (cause) {
    case 'secret-previous':
      return {
        cause,
        hint: `${what} is right for a secret that was retired (option retiredSecrets). The platform still uses that one: set the current secret there too.`,
      };
    case 'secret-of-other-source':
      return {
        cause,
        hint: `${what} is right for the secret of ${whose}. Either the two secrets are swapped here, or the platform sends to the wrong one of the two URLs.`,
      };
    case 'secret-of-other-option':
      return {
        cause,
        hint: `${what} is right for the secret of ${whose}. The secrets of the two options are swapped, here or at the platform.`,
      };
  }
};
