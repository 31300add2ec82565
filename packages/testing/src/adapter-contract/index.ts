export { type AdapterCaseName, adapterContract } from './adapter-contract.ts';
export { type ContractReceiver, contractReceiver } from './contract-receiver.ts';
export type { AdapterHarness, ContractServer, ContractSetup } from './harness.ts';
export { type ListeningServer, listen } from './listen.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { answerPassed, type PassedAnswer } from './passed-answer.ts';
export { runBefore } from './ran-before.ts';
export { type Mount, plainScenario, type RanBefore, type Scenario } from './scenario.ts';
