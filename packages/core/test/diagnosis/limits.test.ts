import { createHmac } from 'node:crypto';
import {
  type CredentialGuard,
  createWebhooks,
  defineProvider,
  type Finding,
  hmac,
  type Rejection,
  rejection,
} from '@mediahooks/core';
import { z } from 'zod';
import { incoming, platform, secret, signature, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';

const setUp = (options: object = {}) => {
  const seen: Rejection[] = [];
  const clock = standingClock(startsAt);
  const webhooks = createWebhooks({
    sources: { platform: platform(), other: platform() },
    clock,
    logger: false,
    observe: { rejected: (_delivery, why) => void seen.push(why) },
    ...options,
  });
  return { webhooks, clock, seen };
};

/** Refused, with a cause where it is looked into. */
const misspelt = (path = '/platform') => incoming({ headers: ['X-Signature', signature('{"id":"a"}\n')] }, { path });

const lookedInto = (seen: readonly Rejection[]): number => seen.filter(({ cause }) => cause === 'body-altered').length;

test('of a flood some are looked into at once, then a few each second; each stays refused', async () => {
  const { webhooks, clock, seen } = setUp();
  const flood = async (): Promise<number> => {
    const before = lookedInto(seen);
    for (let round = 0; round < 1000; round += 1) await webhooks.receive(misspelt());
    return lookedInto(seen) - before;
  };
  const atOnce = await flood();
  expect(atOnce).toBeGreaterThan(20);
  expect(atOnce).toBeLessThan(700);
  expect(await flood()).toBe(0);
  clock.pass(1000);
  const inASecond = await flood();
  expect(inASecond).toBeGreaterThan(5);
  expect(inASecond).toBeLessThanOrEqual(Math.ceil(atOnce / 4));
  clock.pass(3_600_000);
  expect(await flood()).toBe(0);
  expect(new Set(seen.map(({ code }) => code))).toEqual(new Set(['credential-invalid', 'credential-expired']));
});

test('a flood at one source leaves another its diagnoses', async () => {
  const { webhooks, seen } = setUp();
  for (let round = 0; round < 200; round += 1) await webhooks.receive(misspelt());
  await webhooks.receive(misspelt('/other'));
  expect(seen.at(-1)?.cause).toBe('body-altered');
});

test('of a large body not everything is tried in passing, and everything where somebody asks', async () => {
  const { webhooks, seen } = setUp();
  const value = Array.from({ length: 4000 }, (_, index) => ({ id: index, tags: ['a', { b: [index] }] }));
  const signed = JSON.stringify(value, undefined, 4);
  const delivery = () => incoming({ body: JSON.stringify(value), headers: ['X-Signature', signature(signed)] });
  await webhooks.receive(delivery());
  expect(seen[0]?.cause).toBeUndefined();
  expect(await webhooks.explain(delivery())).toMatchObject({
    rejection: { cause: 'body-reserialised', hint: expect.stringContaining('changed: spaces.') },
  });
});

/** A guard that refuses, and then behaves as given. */
const refusing = (diagnose: () => unknown) => {
  const guard: CredentialGuard = {
    name: 'refusing',
    stage: 'credential',
    places: {},
    check: () => ({ refused: rejection('credential-invalid', 'No.') }),
  };
  return setUp({
    sources: {
      platform: defineProvider({
        name: 'platform',
        // What types forbid, JavaScript does not.
        guards: [Object.assign(guard, { diagnose })],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
  });
};

describe('a diagnosis that misbehaves leaves the refusal as it was:', () => {
  const nonsense: readonly (readonly [string, () => unknown])[] = [
    [
      'one that throws',
      () => {
        throw new Error('no idea');
      },
    ],
    ['one that rejects', async () => Promise.reject(new Error('no idea'))],
    ['a verdict', () => ({})],
    ['a word', () => 'accepted'],
    ['a cause that does not exist', () => ({ cause: 'accepted', hint: 'Let it in.' })],
    ['a hint that is none', () => ({ cause: 'found-by-guard', hint: 42 })],
  ];
  test.each(nonsense)('%s', async (_what, diagnose) => {
    const { webhooks, seen } = refusing(diagnose);
    const outcome = await webhooks.receive(incoming());
    expect(outcome).toMatchObject({ kind: 'rejected', rejection: { code: 'credential-invalid', hint: 'No.' } });
    expect(seen).toEqual([{ code: 'credential-invalid', hint: 'No.' }]);
  });

  test('one that never answers is waited for a second', async () => {
    const { webhooks, clock, seen } = refusing(() => new Promise(() => undefined));
    const outcome = webhooks.receive(incoming());
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(clock.timers).toBe(1);
    clock.pass(1000);
    expect((await outcome).rejection?.hint).toBe('No.');
    expect(seen).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  test('it cannot change the code', async () => {
    const sly = () => ({
      cause: 'found-by-guard',
      hint: 'Found.',
      code: 'handled',
      kind: 'handled',
      retryAfterSeconds: 1,
    });
    const { webhooks } = refusing(sly);
    const outcome = await webhooks.receive(incoming());
    expect(outcome.rejection).toEqual({ code: 'credential-invalid', cause: 'found-by-guard', hint: 'Found.' });
  });
});

test('what a guard says in a hint is scrubbed of secrets', async () => {
  const guard = hmac({ secret, header: 'x-signature' });
  const diagnose = (): Finding => ({ cause: 'found-by-guard', hint: `It is ${secret}.` });
  const { webhooks, seen } = setUp({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [{ ...guard, diagnose }],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
  });
  const sent = createHmac('sha256', 'another').update('{}').digest('hex');
  const outcome = await webhooks.receive(incoming({ body: '{}', headers: ['x-signature', sent] }));
  expect(outcome.rejection?.hint).toBe('It is [redacted].');
  expect(seen[0]?.hint).toBe('It is [redacted].');
});

test('a genuine delivery is not looked into at all', async () => {
  const guard = hmac({ secret, header: 'x-signature' });
  let asked = 0;
  const { webhooks } = setUp({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [
          {
            ...guard,
            diagnose() {
              asked += 1;
              return undefined;
            },
          },
        ],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
  });
  webhooks.on('*', () => undefined);
  const sign = (key: string) => ['x-signature', createHmac('sha256', key).update('{}').digest('hex')];
  expect((await webhooks.receive(incoming({ body: '{}', headers: sign(secret) }))).kind).toBe('ignored');
  expect(asked).toBe(0);
  expect((await webhooks.receive(incoming({ body: '{}', headers: sign('another') }))).kind).toBe('rejected');
  expect(asked).toBe(1);
});
