import { EventEmitter } from 'node:events';
import { createWebhooks, defineProvider, type PassOn, type VerifiedDelivery } from '@mediahooks/core';
import { z } from 'zod';
import { answerOf, gate, incoming, platform, startsAt } from '../platform.ts';
import { settled, standingClock } from '../standing-clock.ts';

const receiver = (handler: (signal: AbortSignal) => unknown) => {
  const clock = standingClock(startsAt);
  const answered: string[] = [];
  const webhooks = createWebhooks({
    sources: { platform: platform() },
    logger: false,
    clock,
    observe: {
      answered: (_delivery, { kind }) => void answered.push(kind),
      handled: () => void answered.push('hook handled'),
      failed: () => void answered.push('hook failed'),
    },
  });
  webhooks.on('platform.changed', (_event, { signal }) => handler(signal));
  return { webhooks, clock, answered };
};

describe('the deadline', () => {
  test('is 25 seconds: at it the sender is answered, a millisecond before it is not', async () => {
    const { passed, open } = gate();
    const { webhooks, clock } = receiver(() => passed);
    let isAnswered = false;
    const outcome = webhooks.receive(incoming()).finally(() => {
      isAnswered = true;
    });
    await settled();
    clock.pass(24_999);
    await settled();
    expect(isAnswered).toBe(false);
    clock.pass(1);
    expect(answerOf(await outcome)).toEqual(['handling', 202]);
    open();
  });

  test('passed, a later success makes the delivery a duplicate', async () => {
    const { passed, open } = gate();
    const { webhooks, clock, answered } = receiver(() => passed);
    const outcome = webhooks.receive(incoming({ id: '1' }));
    await settled();
    clock.pass(25_000);
    expect((await outcome).kind).toBe('handling');
    expect(answerOf(await webhooks.receive(incoming({ id: '1' })))).toEqual(['in-progress', 409]);
    open();
    await settled();
    expect(answerOf(await webhooks.receive(incoming({ id: '1' })))).toEqual(['duplicate', 200]);
    expect(answered).toEqual(['handling', 'rejected', 'hook handled', 'duplicate']);
  });

  test('passed, a later failure lets the delivery come again', async () => {
    const { passed, open } = gate();
    let runs = 0;
    const { webhooks, clock, answered } = receiver(async () => {
      runs += 1;
      if (runs > 1) return;
      await passed;
      throw new Error('late');
    });
    const outcome = webhooks.receive(incoming({ id: '1' }));
    await settled();
    clock.pass(25_000);
    expect((await outcome).kind).toBe('handling');
    open();
    await settled();
    expect((await webhooks.receive(incoming({ id: '1' }))).kind).toBe('handled');
    expect(answered).toEqual(['handling', 'hook failed', 'hook handled', 'handled']);
  });

  test('passed, the rest is given to waitUntil and ends well even where it fails', async () => {
    const { passed, open } = gate();
    const { webhooks, clock } = receiver(async () => {
      await passed;
      throw new Error('late');
    });
    const kept: Promise<unknown>[] = [];
    const outcome = webhooks.receive(incoming({}, { waitUntil: (work) => void kept.push(work) }));
    await settled();
    clock.pass(25_000);
    await outcome;
    open();
    expect(kept).toHaveLength(1);
    await expect(kept[0]).resolves.toBeDefined();
  });

  test('not reached, waitUntil is not called and no timer is left', async () => {
    const { webhooks, clock } = receiver(() => settled());
    const kept: Promise<unknown>[] = [];
    await webhooks.receive(incoming({}, { waitUntil: (work) => void kept.push(work) }));
    expect(kept).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  test('passed, a waitUntil that throws changes nothing', async () => {
    const { passed, open } = gate();
    const { webhooks, clock } = receiver(() => passed);
    const outcome = webhooks.receive(
      incoming(
        { id: '1' },
        {
          waitUntil: () => {
            throw new TypeError('Illegal invocation');
          },
        },
      ),
    );
    await settled();
    clock.pass(25_000);
    expect((await outcome).kind).toBe('handling');
    expect(answerOf(await webhooks.receive(incoming({ id: '1' })))).toEqual(['in-progress', 409]);
    open();
  });
});

describe('what never answers', () => {
  const never = new Promise<never>(() => undefined);
  const thing = { name: 'platform', types: ['thing'], events: (payload: unknown) => [{ type: 'thing', payload }] };
  test.each([
    [
      'a guard',
      defineProvider({
        ...thing,
        schema: z.unknown(),
        guards: [{ name: 'own', stage: 'credential', places: {}, check: () => never }],
      }),
    ],
    [
      'a schema',
      defineProvider({
        ...thing,
        schema: z.unknown().refine(() => never),
        guards: [],
        options: { unsafeWithoutVerification: true },
      }),
    ],
  ])('%s keeps no sender waiting beyond the deadline', async (_what, provider) => {
    const clock = standingClock(startsAt);
    const webhooks = createWebhooks({ sources: { platform: provider }, logger: false, clock });
    const outcome = webhooks.receive(incoming());
    await settled();
    clock.pass(25_000);
    expect(answerOf(await outcome)).toEqual(['internal-error', 500]);
    expect(clock.timers).toBe(0);
  });
});

describe('stop()', () => {
  test('waits for running handlers, then aborts their signal', async () => {
    const { passed, open } = gate();
    let signal: AbortSignal | undefined;
    const { webhooks, clock } = receiver((given) => {
      signal = given;
      return passed;
    });
    const outcome = webhooks.receive(incoming());
    await settled();
    let isStopped = false;
    const stopped = webhooks.stop().then(() => {
      isStopped = true;
    });
    await settled();
    expect([isStopped, signal?.aborted]).toEqual([false, false]);
    open();
    await stopped;
    expect((await outcome).kind).toBe('handled');
    expect(signal?.aborted).toBe(true);
    expect(clock.timers).toBe(0);
  });

  /** A receiver with a delivery whose handler never ends, and whether that was told to. */
  const busy = async () => {
    let signal: AbortSignal | undefined;
    const { webhooks, clock } = receiver((given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    void webhooks.receive(incoming());
    await settled();
    return { webhooks, clock, isAborted: () => signal?.aborted };
  };

  test.each([
    [undefined, 30_000],
    [{ timeoutMs: 500 }, 500],
  ])('with %j gives up after %i ms and aborts', async (options, ms) => {
    const { webhooks, clock, isAborted } = await busy();
    const stopped = webhooks.stop(options);
    await settled();
    clock.pass(ms - 1);
    await settled();
    expect(isAborted()).toBe(false);
    clock.pass(1);
    await stopped;
    expect(isAborted()).toBe(true);
  });

  test('may listen to a signal itself', async () => {
    const { webhooks, clock, isAborted } = await busy();
    const platform = new EventEmitter().once('SIGTERM', webhooks.stop);
    platform.emit('SIGTERM', 'SIGTERM', 15);
    await settled();
    clock.pass(29_999);
    await settled();
    expect(isAborted()).toBe(false);
    clock.pass(1);
    await settled();
    expect(isAborted()).toBe(true);
  });

  test.each([
    [{ timeoutms: 1 }, 'option-unknown', '"timeoutms"'],
    [{ timeoutMs: -1 }, 'option-invalid', '"timeoutMs"'],
    [{ timeoutMs: Number.NaN }, 'option-invalid', '"timeoutMs"'],
    [null, 'option-invalid', 'stop'],
  ])('refuses %j, and has stopped nothing', async (options, code, named) => {
    const { webhooks, clock, isAborted } = await busy();
    // why Reflect: the compiler would not take them.
    const stopped: unknown = Reflect.apply(webhooks.stop, webhooks, [options]);
    await expect(stopped).rejects.toMatchObject({ code, message: expect.stringContaining(named) });
    expect(isAborted()).toBe(false);
    const stopping = webhooks.stop({ timeoutMs: 0 });
    clock.pass(0);
    await stopping;
    expect(isAborted()).toBe(true);
  });

  test('waits for a delivery whose body is still being read', async () => {
    const { passed, open } = gate();
    const { webhooks } = receiver(() => undefined);
    const request = incoming();
    const outcome = webhooks.receive({
      ...request,
      async readBody(limits) {
        await passed;
        return request.readBody(limits);
      },
    });
    await settled();
    let isStopped = false;
    const stopped = webhooks.stop().then(() => {
      isStopped = true;
    });
    await settled();
    expect(isStopped).toBe(false);
    open();
    await stopped;
    expect((await outcome).kind).toBe('handled');
  });

  test('waits for deliveries that arrive while it waits', async () => {
    const first = gate();
    const second = gate();
    const gates = [first, second];
    const { webhooks } = receiver(() => gates.shift()?.passed);
    void webhooks.receive(incoming({ body: '{"id":"a"}' }));
    await settled();
    let isStopped = false;
    const stopped = webhooks.stop().then(() => {
      isStopped = true;
    });
    void webhooks.receive(incoming({ body: '{"id":"b"}' }));
    await settled();
    first.open();
    await settled();
    expect(isStopped).toBe(false);
    second.open();
    await stopped;
  });

  test('with nothing running is done at once, and twice does no harm', async () => {
    const { webhooks, clock } = receiver(() => undefined);
    await webhooks.start();
    await webhooks.stop();
    await webhooks.stop();
    expect(clock.timers).toBe(0);
  });
});

describe('a route that takes verified deliveries', () => {
  const pass = async (passOn: PassOn, body = '{"id":"a","version":2}', webhooks = receiver(() => undefined).webhooks) =>
    webhooks.receive(incoming({ body, id: 'del_1' }), passOn);

  test('gets what is proven and valid, without its credentials', async () => {
    const taken: VerifiedDelivery[] = [];
    const outcome = await pass(async (verified) => {
      taken.push(verified);
      return true;
    });
    expect(outcome.kind).toBe('passed');
    expect(taken[0]?.events).toEqual(outcome.events);
    expect(taken[0]?.events[0]).toMatchObject({ type: 'changed', subject: 'item:a', version: 2 });
    expect(taken[0]?.delivery.headers.get('x-signature')).toBeUndefined();
    expect(taken[0]?.delivery.providerId).toBe('del_1');
  });

  test('gets nothing that is not', async () => {
    let calls = 0;
    const passOn = async () => {
      calls += 1;
      return true;
    };
    const { webhooks } = receiver(() => undefined);
    expect((await webhooks.receive(incoming({ headers: [] }), passOn)).rejection?.code).toBe('credential-missing');
    expect((await webhooks.receive(incoming({ body: '{}' }), passOn)).rejection?.code).toBe('invalid-payload');
    expect(calls).toBe(0);
  });

  test('that took one gets no duplicate and nothing older', async () => {
    const { webhooks } = receiver(() => undefined);
    const passOn = async () => true;
    const newer = { body: '{"id":"a","version":2}', id: '1' };
    expect((await webhooks.receive(incoming(newer), passOn)).kind).toBe('passed');
    expect((await webhooks.receive(incoming(newer), passOn)).kind).toBe('duplicate');
    const older = { body: '{"id":"a","version":1}', id: '2' };
    expect((await webhooks.receive(incoming(older), passOn)).kind).toBe('stale');
  });

  test('that did not take one, or threw, gets it again', async () => {
    const { webhooks } = receiver(() => undefined);
    const sent = { id: '1' };
    expect((await webhooks.receive(incoming(sent), async () => false)).kind).toBe('passed');
    const broken = await webhooks.receive(incoming(sent), () => Promise.reject(new Error('route')));
    expect(answerOf(broken)).toEqual(['internal-error', 500]);
    expect((await webhooks.receive(incoming(sent), async () => true)).kind).toBe('passed');
    expect((await webhooks.receive(incoming(sent), async () => true)).kind).toBe('duplicate');
  });
});
