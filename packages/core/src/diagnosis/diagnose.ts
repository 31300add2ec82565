import type { Clock } from '../clock.ts';
import { isThenable, type MaybePromise } from '../crypto/types.ts';
import type { Rejection, RejectionCode } from '../rejection.ts';
import type { Source } from '../source.ts';
import { createAllowance } from './allowance.ts';
import { isCause } from './causes.ts';
import { type Asker, type Clues, createCluesOf } from './clues.ts';
import type { DiagnosisLimit } from './diagnosis-limit.ts';
import { findInAddress } from './find-in-address.ts';
import { findInBody } from './find-in-body.ts';
import { findInCredential } from './find-in-credential.ts';
import { findInMethod } from './find-in-method.ts';
import { findInPath } from './find-in-path.ts';
import type { Finding, RefusedDelivery } from './finding.ts';
import type { SecretProbe } from './secret-probe.ts';

export interface DiagnoseOptions {
  readonly sources: ReadonlyMap<string, Source>;
  readonly retired: SecretProbe | undefined;
  readonly clock: Clock;
  /** Whether one more may be looked into, in passing. Without, somebody has asked: each is, and more thoroughly. */
  readonly limit?: DiagnosisLimit;
  /** Takes all secrets out of a text. */
  readonly scrub: (text: string) => string;
}

/** More about a rejection, for the operator. Never throws and never rejects. */
export type Diagnose = (refused: RefusedDelivery) => MaybePromise<Rejection>;

/** Which of them knows something of which refusals. Of the others there is nothing more to find out. */
const finders: Partial<
  Record<RejectionCode, (refused: RefusedDelivery, options: Finders) => MaybePromise<Finding | undefined>>
> = {
  'method-not-allowed': findInMethod,
  'unknown-source': findInPath,
  'address-not-allowed': findInAddress,
  'unsupported-encoding': findInBody,
  'malformed-body': findInBody,
  'credential-missing': findInCredential,
  'credential-invalid': findInCredential,
  'credential-expired': findInCredential,
};

/** What the finders share. */
export interface Finders {
  readonly sources: ReadonlyMap<string, Source>;
  readonly cluesOf: (asker: Asker) => Clues;
}

/** A guard of the user's that looks for longer has found nothing. */
const patienceMs = 1000;

/**
 * Finds out why a delivery was refused. Called once that is decided; it gets the final rejection, and all it can give is a cause and
 * a hint in place of the hint: neither its code nor what becomes of the delivery can change.
 */
export const createDiagnose = ({ sources, retired, clock, limit, scrub }: DiagnoseOptions): Diagnose => {
  const cluesOf = createCluesOf(sources, retired);

  return (refused) => {
    const { rejection, source } = refused;
    const find = finders[rejection.code];
    // why: a guard that has named the cause itself knows best.
    if (find === undefined || rejection.cause !== undefined || limit?.allows(source?.name) === false) return rejection;
    const allowance = createAllowance(limit === undefined);
    const told = (finding: unknown): Rejection => {
      limit?.charge(source?.name, allowance.spent);
      return withFinding(rejection, finding, scrub);
    };
    try {
      const found = find(refused, { sources, cluesOf: (one) => cluesOf(one, allowance) });
      if (!isThenable(found)) return told(found);
      return inPatience(clock, found).then(told, () => told(undefined));
    } catch {
      // why: what goes wrong here is no reason to say less than was known before, and there is nothing else to say.
      return told(undefined);
    }
  };
};

const withFinding = (rejection: Rejection, finding: unknown, scrub: (text: string) => string): Rejection => {
  if (typeof finding !== 'object' || finding === null || !('cause' in finding) || !('hint' in finding))
    return rejection;
  const { cause, hint } = finding;
  // why: a guard of the user's may say anything.
  if (!isCause(cause) || typeof hint !== 'string') return rejection;
  return { ...rejection, cause, hint: scrub(hint) };
};

const inPatience = <Found>(clock: Clock, found: Promise<Found>): Promise<Found | undefined> => {
  let cancel = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(patienceMs, () => resolve(undefined));
  });
  return Promise.race([found, late]).finally(cancel);
};
