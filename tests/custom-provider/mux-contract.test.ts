import { createHmac } from 'node:crypto';
import { createTestDelivery, leftOutBecause, providerContract } from '@mediahooks/testing';
import { mux } from './mux.ts';

const ready = { type: 'video.asset.ready', object: { type: 'asset', id: 'a1' }, data: { status: 'ready' } };

const cases = providerContract(
  {
    create: (secret) => mux({ secret }),
    proofs: { current: 'mux-secret-0001', next: 'mux-secret-0002', wrong: 'mux-secret-0003' },
    examples: [{ name: 'an asset is ready', type: ready.type, body: ready }],
    toleranceMs: 300_000,
    // what the platform sends at that time, proven with that secret
    deliver: (example, { proof, now, body = JSON.stringify(example.body) }) => {
      const seconds = Math.floor(now / 1000);
      const signature = createHmac('sha256', proof).update(`${seconds}.${body}`).digest('hex');
      return createTestDelivery({
        provider: 'mux',
        type: example.type,
        source: 'mux',
        path: '/mux',
        headerLines: [['mux-signature', `t=${seconds},v1=${signature}`]],
        body: new TextEncoder().encode(body),
        credential: { in: 'header', name: 'mux-signature' },
      });
    },
  },
  {
    leaveOut: {
      ...leftOutBecause('it is proven by a signature', 'address'),
      'refuses a timestamp one millisecond outside the window, old and new': 'Mux counts in seconds',
    },
  },
);

for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
