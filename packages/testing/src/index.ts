export * from './adapter-contract/index.ts';
export { type ContractCase, type ContractTable, contractCases, type LeftOut } from './contract.ts';
export { type Deliverable, deliver, type ProviderName } from './deliver/deliver.ts';
export { deliverableTypes } from './deliver/deliverable-types.ts';
export type { DeliveryOptions } from './deliver/delivery-options.ts';
export type { Echo3dDeliveryOptions } from './deliver/echo3d.ts';
export type { Echo3dType, GcoreType, IgniteType, ThreeqType, TpstreamsType } from './deliver/event-types.ts';
export type { GcoreDeliveryOptions } from './deliver/gcore.ts';
export type { IgniteDeliveryOptions } from './deliver/ignite.ts';
export type { SendOptions } from './deliver/send.ts';
export { editCredential, flipByte, foreignAddress, type Tamper } from './deliver/tamper.ts';
export { testCredentials } from './deliver/test-credentials.ts';
export {
  type CredentialPlace,
  createTestDelivery,
  type HeaderLine,
  type TestDelivery,
  type TestDeliveryParts,
} from './deliver/test-delivery.ts';
export type { ThreeqDeliveryOptions } from './deliver/threeq.ts';
export type { TpstreamsDeliveryOptions } from './deliver/tpstreams.ts';
export { type ExamplePayload, type ExamplePayloadOf, examplePayloads, examplesOf } from './example-payloads.ts';
export { igniteSignature } from './ignite-signature.ts';
export type { InboxHarness, InboxStorage, OpenOptions } from './inbox-contract/harness.ts';
export { type InboxCaseName, inboxContract } from './inbox-contract/inbox-contract.ts';
export type { JsonValue } from './json.ts';
export {
  leftOutBecause,
  type ProviderContractCaseName,
  type ProviderContractGroup,
  type ProviderContractOptions,
  providerContract,
} from './provider-contract/provider-contract.ts';
export type { ContractExample, ProofOptions, ProviderContractSubject } from './provider-contract/subject.ts';
export type { TokenAlgorithm } from './user-pool/sign-token.ts';
export {
  createTestUserPool,
  type TestUserPool,
  type TestUserPoolOptions,
  type TokenOptions,
} from './user-pool/user-pool.ts';
