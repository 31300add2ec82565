import { type ContractCase, contractCases, type LeftOut } from '../contract.ts';
import { addressCases } from './cases/addresses.ts';
import { exactBytesCases } from './cases/exact-bytes.ts';
import { handlerCases } from './cases/handlers.ts';
import { limitCases } from './cases/limits.ts';
import { mountCases } from './cases/mounts.ts';
import { parserCases } from './cases/parsers.ts';
import { passingCases } from './cases/passing.ts';
import { requestCases } from './cases/requests.ts';
import type { AdapterHarness } from './harness.ts';

const table = {
  ...exactBytesCases,
  ...parserCases,
  ...limitCases,
  ...requestCases,
  ...handlerCases,
  ...mountCases,
  ...addressCases,
  ...passingCases,
};

/** Names of the contract's cases. */
export type AdapterCaseName = keyof typeof table;

/** Cases that let time pass: the clock can be handed to a receiver in this process only. */
const clocked = [
  'gives a body up of which nothing more comes',
  'gives a body up of which nothing ever comes',
  'gives a chunked body up of which nothing more comes',
  'answers 202 at the deadline where a handler never ends',
] as const satisfies AdapterCaseName[];

/**
 * What every adapter promises, over real sockets: exact bytes, no hanging, the right answer to everything, and no address believed
 * that nobody vouches for. Cases that do not apply are left out by name, with the reason:
 *
 * ```ts
 * const cases = adapterContract(harness, { 'works below a router': 'The platform has none.' });
 * for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
 * ```
 *
 * @throws {RangeError} where `leaveOut` names a case that does not exist, or gives no reason.
 */
export const adapterContract = (
  harness: AdapterHarness,
  leaveOut: LeftOut<AdapterCaseName> = {},
): readonly ContractCase[] => {
  const elsewhere = harness.inProcess
    ? {}
    : Object.fromEntries(
        clocked.map((name) => [name, 'The server runs in another process, where no clock can be passed in.']),
      );
  return contractCases(table, harness, { ...elsewhere, ...leaveOut });
};
