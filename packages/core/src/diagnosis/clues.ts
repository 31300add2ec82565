import type { Guard } from '../guards/guard.ts';
import type { Rejection } from '../rejection.ts';
import type { Source } from '../source.ts';
import type { Allowance } from './allowance.ts';
import type { SecretProbe } from './secret-probe.ts';

/** Secrets that are not the refusing guard's own. */
export interface OtherSecrets {
  readonly cause: 'secret-of-other-option' | 'secret-of-other-source' | 'secret-previous';
  /** For a hint: `source "ignite"`. */
  readonly whose: string;
  readonly secrets: SecretProbe;
}

/** What a guard is given to find out why it has refused. */
export interface Clues {
  readonly rejection: Rejection;
  readonly others: readonly OtherSecrets[];
  /** What the whole diagnosis may cost: ask it before anything that takes longer with a longer body. */
  readonly allowance: Allowance;
}

/** Who wants to know, and of which refusal. */
export interface Asker {
  readonly source: Source;
  readonly guard: Guard | undefined;
  readonly rejection: Rejection;
}

/** The clues for a guard: all secrets there are but its own. */
export const createCluesOf =
  (sources: ReadonlyMap<string, Source>, retired: SecretProbe | undefined) =>
  ({ source, guard, rejection }: Asker, allowance: Allowance): Clues => {
    const others: OtherSecrets[] = [];
    if (retired !== undefined) others.push({ cause: 'secret-previous', whose: 'retiredSecrets', secrets: retired });
    for (const one of sources.values()) {
      for (const { name, secrets } of one.provider.guards.filter((other) => other !== guard)) {
        if (secrets === undefined) continue;
        others.push(
          one === source
            ? { cause: 'secret-of-other-option', whose: `the guard ${name} of the same source`, secrets }
            : { cause: 'secret-of-other-source', whose: `source "${one.name}"`, secrets },
        );
      }
    }
    return { rejection, others, allowance };
  };
