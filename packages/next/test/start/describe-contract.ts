import { type AdapterCaseName, adapterContract, type Mount } from '@mediahooks/testing';
import { contractHarness } from './contract-harness.ts';

const noNext = 'A route of Next.js has nothing behind it.';

/** What Next.js does not have, in app and in pages. */
const notInNext = {
  'works at the root': 'A route is where its folder is; at the root this app has others.',
  'works below a router': 'Next.js has no router but its folders.',
  'without handlers, gives a verified delivery to the route behind': noNext,
  'without handlers, gives no forged delivery to the route behind': noNext,
  'without handlers, takes a delivery for handled only when the route has answered well': noNext,
} as const satisfies Partial<Record<AdapterCaseName, string>>;

const notInFetch = 'fetch has no such thing.';

/** The adapter contract for both routers, against the fixture app wherever it runs. */
export const describeContract = (serverUrl: () => string): void => {
  describe('the adapter contract, in the App Router', () => {
    const folders: Partial<Record<Mount, string>> = { prefix: '/below/a/prefix', route: '/route' };
    const harness = contractHarness(serverUrl, {
      base: '/contract',
      folderOf: ({ mount }) => folders[mount] ?? '/at',
    });
    const cases = adapterContract(harness, {
      'refuses an Authorization that arrives twice':
        'Next.js makes its Headers of what Node makes of them: the first alone.',
      ...notInNext,
      'answers at once where a parser has kept the body as text': notInFetch,
      'answers at once where an encoding was set on the request': notInFetch,
      'takes the bytes that a parser has kept in rawBody': notInFetch,
      'takes the bytes that a raw parser has left': notInFetch,
      'reads a request that middleware has paused': notInFetch,
    });
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });

  describe('the adapter contract, in pages/api', () => {
    const harness = contractHarness(serverUrl, {
      base: '/api/contract',
      folderOf({ before, mount }) {
        if (before === 'json-parser') return '/parsed';
        return mount === 'prefix' ? '/below/a/prefix' : '/at';
      },
    });
    const cases = adapterContract(harness, {
      ...notInNext,
      'works as a route with parameters': 'In pages the token is a segment of [...source], as everywhere here.',
    });
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });
};
