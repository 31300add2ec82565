import { deliver, examplePayloads, type ProviderName, type TestUserPool, testCredentials } from '@mediahooks/testing';
import type { Genuine } from './attempt.ts';

/** All example payloads of the platforms' pages, each proven as its platform does it. */
export const genuineDeliveries = (userPool: TestUserPool): readonly Genuine[] =>
  examplePayloads.map(({ provider, type, name, body: payload }) => ({
    kind: 'genuine',
    why: provider === 'gcore' ? name : proofs[provider],
    delivery:
      provider === 'threeq' ? deliver(provider, type, { payload, userPool }) : deliver(provider, type, { payload }),
  }));

/** How each platform proves what it sends. */
export const proofs: Readonly<Record<ProviderName, string>> = {
  gcore: `comes from ${testCredentials.gcore.address}, an address of Gcore's`,
  ignite: 'signed a moment ago, over these bytes',
  tpstreams: 'has the token in x-streams-token',
  echo3d: 'has the token in the URL, and the API key',
  threeq: 'has a token of the user pool (RS256)',
};
