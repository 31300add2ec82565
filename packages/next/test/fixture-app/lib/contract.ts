import { ConfigurationError, type Receiver } from '@mediahooks/core';
import { contractReceiver, type Scenario } from '@mediahooks/testing';

/** What the test asks for: a server of the adapter contract, to be found under `key` from then on. */
export interface ContractStart {
  readonly key: string;
  readonly scenario: Scenario;
}

/** What an adapter makes of a receiver, and what is to run before it. */
export interface Mounted<Handler> {
  readonly scenario: Scenario;
  readonly handler: Handler;
}

/** Mounts a scenario's receiver, or says how the adapter refuses it. */
export const mountScenario = <Handler>(
  mounted: Map<string, Mounted<Handler>>,
  { key, scenario }: ContractStart,
  adapter: (webhooks: Receiver) => Handler,
): { code?: string; message?: string } => {
  try {
    mounted.set(key, { scenario, handler: adapter(contractReceiver(scenario).webhooks) });
    return {};
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message };
    throw error;
  }
};
