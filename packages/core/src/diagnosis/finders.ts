import type { MaybePromise } from '../crypto/types.ts';
import type { Source } from '../source.ts';
import type { Allowance } from './allowance.ts';
import { type Asker, type Clues, createCluesOf } from './clues.ts';
import type { FindableCode } from './diagnose.ts';
import { findInAddress } from './find-in-address.ts';
import { findInBody } from './find-in-body.ts';
import { findInCredential } from './find-in-credential.ts';
import { findInMethod } from './find-in-method.ts';
import { findInPath } from './find-in-path.ts';
import type { Finding, RefusedDelivery } from './finding.ts';
import type { SecretProbe } from './secret-probe.ts';

/** What the finders share. */
export interface Finders {
  readonly sources: ReadonlyMap<string, Source>;
  readonly cluesOf: (asker: Asker) => Clues;
}

/** Which of them knows something of which refusals. */
const finders: Record<FindableCode, (refused: RefusedDelivery, options: Finders) => MaybePromise<Finding | undefined>> =
  {
    'method-not-allowed': findInMethod,
    'unknown-source': findInPath,
    'address-not-allowed': findInAddress,
    'unsupported-encoding': findInBody,
    'malformed-body': findInBody,
    'credential-missing': findInCredential,
    'credential-invalid': findInCredential,
    'credential-expired': findInCredential,
  };

export interface FindOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly retired: SecretProbe | undefined;
  readonly allowance: Allowance;
}

/** Looks into a refusal with whatever knows something of its code. */
export type Find = (
  code: FindableCode,
  refused: RefusedDelivery,
  options: FindOptions,
) => MaybePromise<Finding | undefined>;

export const find: Find = (code, refused, { sources, retired, allowance }) => {
  const cluesOf = createCluesOf(sources, retired);
  return finders[code](refused, { sources, cluesOf: (asker) => cluesOf(asker, allowance) });
};
