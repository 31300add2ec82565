import { type ContractCase, type ContractTable, contractCases, type LeftOut } from '../contract.ts';
import { askingCases } from './asking-cases.ts';
import type { InboxHarness } from './harness.ts';
import { orderingCases } from './ordering-cases.ts';
import { receiverCases } from './receiver-cases.ts';
import { storingCases } from './storing-cases.ts';
import { upkeepCases } from './upkeep-cases.ts';
import { workingCases } from './working-cases.ts';

const table = { ...storingCases, ...orderingCases, ...workingCases, ...upkeepCases, ...askingCases, ...receiverCases };

export type InboxCaseName = keyof typeof table;

/** What every inbox promises, whatever engine it is on. Run the cases with any test framework. */
export const inboxContract = (harness: InboxHarness, leaveOut?: LeftOut<InboxCaseName>): readonly ContractCase[] =>
  contractCases(table satisfies ContractTable<InboxHarness>, harness, leaveOut);
