import { isCause } from '../diagnosis/is-cause.ts';
import { rejectionTable } from '../rejection.ts';
import type { Verdict } from './guard.ts';

const fields: ReadonlySet<string> = new Set<keyof Verdict | 'fingerprint'>(['refused', 'fingerprint']);

/**
 * What a guard said, if it said something that is a verdict. `false`, `{ ok: false }` or a promise that nobody awaits would otherwise
 * pass for "not refused".
 *
 * @throws {TypeError} for anything else, which refuses the delivery as `internal-error`.
 */
export const soundVerdict = (verdict: Verdict, guard: string): Verdict => {
  const said: unknown = verdict;
  if (typeof said === 'object' && said !== null && !('then' in said) && hasOnlyKnownFields(said)) {
    const refused = 'refused' in said ? said.refused : undefined;
    const fingerprint = 'fingerprint' in said ? said.fingerprint : undefined;
    if ((refused === undefined || isRejection(refused)) && isFingerprint(fingerprint)) return verdict;
  }
  throw new TypeError(`The guard ${guard} gave no verdict: expected {}, { fingerprint } or { refused: rejection(…) }.`);
};

const hasOnlyKnownFields = (said: object): boolean => {
  for (const field in said) if (!fields.has(field)) return false;
  return true;
};

// why: by one that is nothing, or the same for all, every delivery would be a duplicate of the first: acknowledged, and never handled.
const isFingerprint = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) ? value.every(isText) : isText(value));

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isRejection = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  Object.hasOwn(rejectionTable, value.code) &&
  'hint' in value &&
  typeof value.hint === 'string' &&
  (!('cause' in value) || value.cause === undefined || isCause(value.cause));
