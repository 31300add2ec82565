import { type ContractCase, contractCases, type LeftOut } from '../contract.ts';
import { addressCases } from './address-cases.ts';
import { credentialCases } from './credential-cases.ts';
import { payloadCases } from './payload-cases.ts';
import { signatureCases, timestampCases } from './signature-cases.ts';
import { type ContractExample, contractProvider, type ProviderContractSubject } from './subject.ts';

const table = { ...payloadCases, ...credentialCases, ...signatureCases, ...timestampCases, ...addressCases };

export type ProviderContractCaseName = keyof typeof table;

export interface ProviderContractOptions {
  /** Cases that the platform cannot keep, each with the reason: `{ 'refuses …': 'nothing is signed' }`. */
  readonly leaveOut?: LeftOut<ProviderContractCaseName>;
}

/**
 * What every provider promises, as cases that run in any test framework. Each rejects where the promise is broken.
 *
 * ```ts
 * const cases = providerContract(subject, { leaveOut: leftOutBecause('it has a signature instead', 'address') });
 * for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
 * ```
 *
 * @throws {RangeError} where `leaveOut` names no case, or gives no reason.
 */
export const providerContract = <Proof, Example extends ContractExample>(
  subject: ProviderContractSubject<Proof, Example>,
  { leaveOut }: ProviderContractOptions = {},
): readonly ContractCase[] => contractCases(table, contractProvider(subject), leaveOut);

const groups = {
  credential: credentialCases,
  signature: signatureCases,
  timestamp: timestampCases,
  address: addressCases,
};

/** Cases that stand and fall together: with a credential, a signed body, a signed timestamp, a proof by address. */
export type ProviderContractGroup = keyof typeof groups;

/** Names the cases of whole groups, all for one reason: `leaveOut: leftOutBecause('nothing is signed', 'signature', 'timestamp')`. */
export const leftOutBecause = (
  reason: string,
  ...names: readonly ProviderContractGroup[]
): LeftOut<ProviderContractCaseName> => {
  const reasons: Partial<Record<ProviderContractCaseName, string>> = {};
  for (const group of names) Object.assign(reasons, reasonFor(groups[group], reason));
  return reasons;
};

const reasonFor = (cases: object, reason: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(cases).map((name) => [name, reason]));
