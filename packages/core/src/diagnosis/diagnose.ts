import type { Clock } from '../clock.ts';
import { isThenable, type MaybePromise } from '../crypto/types.ts';
import type { Rejection, RejectionCode } from '../rejection.ts';
import type { Source } from '../source.ts';
import { createAllowance } from './allowance.ts';
import type { DiagnosisLimit } from './diagnosis-limit.ts';
import type { Find } from './finders.ts';
import type { RefusedDelivery } from './finding.ts';
import { isCause } from './is-cause.ts';
import { loadDiagnosis } from './load-diagnosis.ts';
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

/** Of refusals with other codes there is nothing more to find out. */
const findableCodes = [
  'method-not-allowed',
  'unknown-source',
  'address-not-allowed',
  'unsupported-encoding',
  'malformed-body',
  'credential-missing',
  'credential-invalid',
  'credential-expired',
] as const satisfies RejectionCode[];

export type FindableCode = (typeof findableCodes)[number];

const isFindable = (code: RejectionCode): code is FindableCode => findableCodes.some((one) => one === code);

/** A guard of the user's that looks for longer has found nothing, and a file that takes longer to load is not waited for. */
const patienceMs = 1000;

/**
 * Finds out why a delivery was refused. Called once that is decided; it gets the final rejection, and all it can give is a cause and
 * a hint in place of the hint: neither its code nor what becomes of the delivery can change.
 */
export const createDiagnose = ({ sources, retired, clock, limit, scrub }: DiagnoseOptions): Diagnose => {
  const look = (code: FindableCode, refused: RefusedDelivery, find: Find): MaybePromise<Rejection> => {
    const { rejection, source } = refused;
    const allowance = createAllowance(limit === undefined);
    const told = (finding: unknown): Rejection => {
      limit?.charge(source?.name, allowance.spent);
      return withFinding(rejection, finding, scrub);
    };
    try {
      const found = find(code, refused, { sources, retired, allowance });
      if (!isThenable(found)) return told(found);
      return inPatience(clock, found).then(told, () => told(undefined));
    } catch {
      // why: what goes wrong here is no reason to say less than was known before, and there is nothing else to say.
      return told(undefined);
    }
  };

  return (refused) => {
    const { rejection, source } = refused;
    const { code } = rejection;
    const isAllowed = (): boolean => limit?.allows(source?.name) !== false;
    // why: a guard that has named the cause itself knows best.
    if (!isFindable(code) || rejection.cause !== undefined || !isAllowed()) return rejection;
    const diagnosis = loadDiagnosis();
    if (!isThenable(diagnosis)) return look(code, refused, diagnosis.find);
    const unlooked = (): Rejection => {
      // why: a deployment may lack the file, and each attempt to load it counts as a diagnosis.
      limit?.charge(source?.name, 0);
      return rejection;
    };
    return inPatience(clock, diagnosis).then((loaded) => {
      if (loaded === undefined) return unlooked();
      // why: asked again, because only now it is known what those cost that waited for the same.
      return isAllowed() ? look(code, refused, loaded.find) : rejection;
    }, unlooked);
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
