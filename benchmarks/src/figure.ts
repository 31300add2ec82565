import type { Alternated } from './measure/alternate.ts';
import type { Spread } from './measure/spread.ts';

export type Group = 'core' | 'http' | 'cold' | 'memory' | 'types' | 'inbox' | 'scale' | 'console';

/** One measured number. */
export interface Figure {
  readonly group: Group;
  /** What was measured: `verify 1 KB`, `requests per second, 32 connections`. */
  readonly subject: string;
  readonly contestant: string;
  readonly unit: string;
  readonly value: Spread;
  /** Whom it is compared with, in the same round, and the ratio to that one. */
  readonly against?: string;
  readonly ratio?: Spread;
}

/** What a group is told about the run. */
export interface RunSettings {
  /** Once, quickly, to see that it works: the figures mean nothing. */
  readonly short: boolean;
  /** A module with a contestant of the user's own for the group `core`. */
  readonly add: string | undefined;
}

export const figuresOf = (
  group: Group,
  subject: string,
  unit: string,
  against: string,
  alternated: readonly Alternated[],
): readonly Figure[] =>
  alternated.map(({ name, value, ratio }) => ({ group, subject, contestant: name, unit, value, against, ratio }));
