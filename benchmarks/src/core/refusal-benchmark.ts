import {
  type Clock,
  createWebhooks,
  defineProvider,
  headersFromRaw,
  hmac,
  type Receiver,
  systemClock,
} from '@mediahooks/core';
import { igniteSignature } from '@mediahooks/testing';
import { z } from 'zod';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { alternate, type Runner } from '../measure/alternate.ts';
import { timeCalls } from '../measure/time-calls.ts';
import { createBodies, createDenseBodies } from './bodies.ts';

const secret = 'whsec_test_secret_0001';

/** What a refusal costs with its diagnosis and without: of a single delivery, and in a flood of them. */
export const refusalBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const [subject, body] of [
    ['1 KB', createBodies(1000)('1')],
    ['100 KB', createBodies(100_000)('1')],
    ['100 KB of small objects', createDenseBodies(100_000)('1')],
  ] as const) {
    const forged = igniteSignature('whsec_somebody_elses', body, Date.now());
    const measure = async (subjectName: string, clock: Clock, roundMs: number, rounds: number): Promise<void> => {
      const runners: Runner[] = [];
      for (const [name, webhooks] of [
        ['refused', receiver(clock, false)],
        ['refused and looked into', receiver(clock, true)],
      ] as const) {
        const prepare = (count: number) => async (): Promise<void> => {
          for (let call = 0; call < count; call += 1) await refuse(webhooks, forged, body);
        };
        runners.push({ name, measure: await timeCalls(prepare, short ? 1 : roundMs) });
      }
      const alternated = await alternate(runners, 'refused', short ? 1 : rounds);
      figures.push(...figuresOf('core', subjectName, 'µs', 'refused', alternated));
    };
    await measure(`a forged delivery, ${subject}`, hastyClock(), 25, 21);
    await measure(`a flood of forged deliveries, ${subject}`, systemClock, 1000, 5);
  }
  return figures;
};

/** At every look a second later, so that no delivery comes too soon after another to be looked into. */
const hastyClock = (): Clock => {
  let now = Date.now();
  return {
    now() {
      now += 1000;
      return now;
    },
    after: systemClock.after,
  };
};

const receiver = (clock: Clock, isLookedInto: boolean): Receiver => {
  const { diagnose, ...guard } = hmac({
    secret,
    header: 'x-webhook-signature',
    fields: { timestamp: 't', signature: 'v1' },
    timestampUnit: 'ms',
    toleranceMs: false,
  });
  return createWebhooks({
    sources: {
      ignite: defineProvider({
        name: 'ignite',
        guards: [isLookedInto && diagnose !== undefined ? { ...guard, diagnose } : guard],
        schema: z.unknown(),
        types: ['video.updated'],
        events: () => [],
      }),
    },
    logger: false,
    clock,
  });
};

const refuse = async (webhooks: Receiver, signature: string, body: Uint8Array): Promise<void> => {
  const outcome = await webhooks.receive({
    method: 'POST',
    path: '/ignite',
    query: '',
    headers: headersFromRaw(['X-Webhook-Signature', signature]),
    socketAddress: '127.0.0.1',
    hasSocket: true,
    readBody: () => body,
  });
  if (outcome.rejection?.code !== 'credential-invalid') throw new Error('A forged delivery was not refused.');
};
