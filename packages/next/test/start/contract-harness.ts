import { ConfigurationError } from '@mediahooks/core';
import type { AdapterHarness, ContractSetup, Scenario } from '@mediahooks/testing';

/** Where the fixture app has the contract's routes, and how it asks for a scenario. */
export interface ContractPlace {
  /** Like `/contract` or `/api/contract`. */
  readonly base: string;
  /** The folder that a scenario's routes are in, below `base`. */
  folderOf(scenario: Scenario): string;
}

/**
 * The adapter contract against the fixture app in another process: a scenario is mounted by a request to it, and served below a key of
 * its own. What the adapter throws there is thrown here again.
 */
export const contractHarness = (serverUrl: () => string, { base, folderOf }: ContractPlace): AdapterHarness => {
  let count = 0;
  const start = async (scenario: Scenario): Promise<string> => {
    count += 1;
    const key = `scenario-${count}`;
    const response = await fetch(`${serverUrl()}${base}/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key, scenario }),
    });
    const { code, message }: { code?: 'address-unavailable'; message?: string } = await response.json();
    if (code !== undefined) throw new ConfigurationError(code, message ?? '');
    return `${serverUrl()}${base}${folderOf(scenario)}/${key}`;
  };
  return {
    inProcess: false,
    seesSocket: false,
    start: async ({ scenario }: ContractSetup) => ({
      url: await start(scenario),
      otherUrl: `${serverUrl()}/other`,
      ...(scenario.second && { secondUrl: await start({ ...scenario, second: false }) }),
      stop: async () => undefined,
    }),
  };
};
