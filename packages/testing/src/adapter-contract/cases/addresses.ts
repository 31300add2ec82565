import assert from 'node:assert/strict';
import { ConfigurationError } from '@mediahooks/core';
import { adapterCase, assertAccepted, assertRefused, type CaseTools, targetOf } from '../adapter-case.ts';
import type { AdapterHarness } from '../harness.ts';
import type { WireRequest } from '../wire.ts';

/** In the range of the source `far`, and beyond it (RFC 5737). */
const allowed = '203.0.113.5';
const foreign = '198.51.100.7';

const body = Buffer.from('{"a":1}');

const from = (...lines: string[]): WireRequest => ({
  body,
  headers: lines.map((line) => ['X-Forwarded-For', line] as const),
});

/** Whatever a sender says of itself, as nobody in front vouches for it. */
const forgeries: readonly WireRequest[] = [
  from(allowed),
  from(`${allowed}, ${allowed}`),
  from(`${allowed}, 127.0.0.1`),
  from(allowed, allowed),
  from('', allowed),
  { body, headers: [['x-real-ip', allowed]] },
  { body, headers: [['forwarded', `for=${allowed}`]] },
  { body, headers: [['x-client-ip', allowed]] },
  { body, headers: [['cf-connecting-ip', allowed]] },
  { body, headers: [['true-client-ip', allowed]] },
  { body, headers: [['x-forwarded-host', allowed]] },
];

const refusesAll = async ({ send, recorded }: CaseTools, requests: readonly WireRequest[]): Promise<void> => {
  for (const request of requests) assertRefused(await send('/far', request), 403, 'address-not-allowed');
  assert.equal(recorded?.events.some(({ source }) => source === 'far') ?? false, false);
};

const untrusted = adapterCase({ addresses: true }, async (tools) => {
  assertAccepted(await tools.send('/near', { body }), 200, 'handled');
  await refusesAll(tools, [...forgeries, { body }]);
});

export const addressCases = {
  'never believes a forged sender where no proxy is trusted': async (harness: AdapterHarness): Promise<void> => {
    if (harness.seesSocket) return untrusted(harness);
    await assert.rejects(
      async () => untrusted(harness),
      (error) => error instanceof ConfigurationError && error.code === 'address-unavailable',
      'without a socket and without trustProxy, a receiver with address guards must not start',
    );
  },
  'refuses a foreign address before a byte of the body was sent': adapterCase(
    { addresses: true, trustProxy: 1 },
    async ({ connect, server }) => {
      const wire = await connect();
      wire.sendHead('POST', targetOf(`${server.url}/far`), [
        ['x-forwarded-for', foreign],
        ['content-length', '1000'],
      ]);
      assertRefused(await wire.answer(), 403, 'address-not-allowed');
    },
  ),
  'believes one trusted proxy, and nothing beyond it': adapterCase(
    { addresses: true, trustProxy: 1 },
    async (tools) => {
      assertAccepted(await tools.send('/far', from(allowed)), 200, 'handled');
      assertAccepted(await tools.send('/far', from(`${foreign}, ${allowed}`)), 200, 'handled');
      assertAccepted(await tools.send('/far', from(foreign, allowed)), 200, 'handled');
      assertAccepted(await tools.send('/far', from(`::ffff:${allowed}`)), 200, 'handled');
    },
  ),
  'refuses what is forged through one trusted proxy': adapterCase({ addresses: true, trustProxy: 1 }, async (tools) => {
    await refusesAll(tools, [
      { body },
      from(''),
      from(foreign),
      from(`${allowed}, ${foreign}`),
      from(allowed, foreign),
      from(`${allowed}, unknown`),
      from(`${allowed},`),
      from(`${allowed}:1234`),
      from(`[${allowed}]`),
      from('203.0.113.05'),
    ]);
  }),
  'believes two trusted proxies, and nothing beyond them': adapterCase(
    { addresses: true, trustProxy: 2 },
    async (tools) => {
      assertAccepted(await tools.send('/far', from(`${allowed}, 10.0.0.1`)), 200, 'handled');
      assertAccepted(await tools.send('/far', from(allowed, '10.0.0.1')), 200, 'handled');
      assertAccepted(await tools.send('/far', from(`${foreign}, ${allowed}, 10.0.0.1`)), 200, 'handled');
    },
  ),
  'refuses what is forged through two trusted proxies': adapterCase(
    { addresses: true, trustProxy: 2 },
    async (tools) => {
      await refusesAll(tools, [
        { body },
        from(allowed),
        from(`${allowed}, ${foreign}, 10.0.0.1`),
        from(`10.0.0.1, ${allowed}`),
        from(`${allowed}, ${foreign}`, '10.0.0.1'),
        from(`${allowed}, 10.0.0.1`, foreign),
      ]);
    },
  ),
};
