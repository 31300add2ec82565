import { createWebhooks, HandlerTimeoutError } from '@mediahooks/core';
import { gate, incoming, platform } from '../platform.ts';
import { receiverWith, stop, turns } from './fixtures.ts';

type Opened = ReturnType<typeof receiverWith>;

let opened: Opened[];
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const { clock, webhooks } of opened) await stop(webhooks, clock);
});

const open = (options: Parameters<typeof receiverWith>[0] = {}): Opened => {
  const receiver = receiverWith(options);
  opened.push(receiver);
  return receiver;
};

/** Lets `ms` pass, and everything that waits for that happen. */
const pass = async ({ clock }: Opened, ms: number): Promise<void> => {
  clock.pass(ms);
  await turns();
  clock.pass(1000);
  await turns();
};

describe('a handler that takes too long', () => {
  test('is aborted with the reason, and not before; its event is tried again, and the subject goes on', async () => {
    const failed: unknown[] = [];
    const receiver = open({
      handlerTimeoutMs: 5000,
      observe: { failed: (_delivery, _event, error) => failed.push(error) },
    });
    const runs: string[] = [];
    const signals: AbortSignal[] = [];
    receiver.webhooks.on('*', ({ version }, { attempt, signal }) => {
      runs.push(`${version} ${attempt}`);
      signals.push(signal);
      return version === 1 && attempt === 1 ? new Promise(() => undefined) : undefined;
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming({ body: '{"id":"a","version":1}' }));
    await receiver.webhooks.receive(incoming({ body: '{"id":"a","version":2}' }));
    await receiver.webhooks.start();
    await turns();
    receiver.clock.pass(4999);
    await turns();
    expect([runs, signals[0]?.aborted, failed]).toEqual([['1 1'], false, []]);
    receiver.clock.pass(1);
    await turns();
    expect(signals[0]?.reason).toBeInstanceOf(HandlerTimeoutError);
    expect(failed).toEqual([signals[0]?.reason]);
    expect(failed).toMatchObject([{ code: 'handler-timeout', message: expect.stringContaining('5000 ms') }]);
    expect((await receiver.inbox.attempts(`${deliveryId}.0`))[0]?.error).toContain('handlerTimeoutMs');
    await pass(receiver, 10_000);
    expect(runs).toEqual(['1 1', '1 2', '2 1']);
    expect(signals.slice(1).map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  test('says and does nothing any more: neither its error nor the handlers after it count', async () => {
    const failed: unknown[] = [];
    const handled: unknown[] = [];
    const receiver = open({
      handlerTimeoutMs: 5000,
      retry: { attempts: 1 },
      observe: {
        failed: (_delivery, _event, error) => failed.push(error),
        handled: (_delivery, { id }) => handled.push(id),
      },
    });
    const late = gate();
    let others = 0;
    receiver.webhooks.on('platform.changed', async () => {
      await late.passed;
      throw new Error('too late to matter');
    });
    receiver.webhooks.on('*', () => {
      others += 1;
    });
    const { deliveryId } = await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    await pass(receiver, 5000);
    late.open();
    // why: an error that nobody has taken would end the process here.
    await turns();
    expect([failed.length, handled, others]).toEqual([1, [], 0]);
    expect((await receiver.inbox.get(deliveryId))?.events).toMatchObject([{ status: 'dead' }]);
    expect(await receiver.inbox.attempts(`${deliveryId}.0`)).toHaveLength(1);
  });

  test('leaves room for others', async () => {
    const receiver = open({ handlerTimeoutMs: 5000 });
    const handled: unknown[] = [];
    receiver.webhooks.on('*', ({ subject }) => {
      if (subject?.startsWith('item:slow')) return new Promise(() => undefined);
      handled.push(subject);
    });
    await receiver.webhooks.start();
    for (let index = 0; index < 10; index += 1) {
      await receiver.webhooks.receive(incoming({ body: `{"id":"slow ${index}"}` }));
    }
    await receiver.webhooks.receive(incoming({ body: '{"id":"quick"}' }));
    await turns();
    expect(handled).toEqual([]);
    await pass(receiver, 5000);
    expect(handled).toEqual(['item:quick']);
  });

  test.each([
    ['one hour by default', undefined, 3_600_000],
    ['no limit where that is said', false, undefined],
  ] as const)('has %s', async (_how, handlerTimeoutMs, limitMs) => {
    const receiver = open({ ...(handlerTimeoutMs !== undefined && { handlerTimeoutMs }) });
    let signal: AbortSignal | undefined;
    receiver.webhooks.on('*', (_event, context) => {
      signal ??= context.signal;
      return new Promise(() => undefined);
    });
    await receiver.webhooks.receive(incoming());
    await receiver.webhooks.start();
    await turns();
    // why: in steps, so that the lease is renewed.
    for (let passedMs = 0; passedMs < 3_590_000; passedMs += 10_000) {
      receiver.clock.pass(10_000);
      await turns(3);
    }
    receiver.clock.pass(9999);
    await turns();
    expect(signal?.aborted).toBe(false);
    receiver.clock.pass(1);
    await turns();
    expect(signal?.aborted).toBe(limitMs !== undefined);
  });
});

test('a handler in time is not aborted, and leaves no timer behind', async () => {
  const receiver = open({ handlerTimeoutMs: 5000 });
  const slow = gate();
  let signal: AbortSignal | undefined;
  receiver.webhooks.on('*', (_event, context) => {
    signal = context.signal;
    return slow.passed;
  });
  await receiver.webhooks.start();
  await turns();
  const before = receiver.clock.timers;
  const { deliveryId } = await receiver.webhooks.receive(incoming());
  await turns();
  expect(receiver.clock.timers).toBeGreaterThan(before);
  slow.open();
  await turns();
  expect(receiver.clock.timers).toBe(before);
  await pass(receiver, 5000);
  expect(signal?.aborted).toBe(false);
  expect((await receiver.inbox.get(deliveryId))?.events).toMatchObject([{ status: 'handled' }]);
});

test('a stop aborts a handler as before, and keeps no timer of its time limit', async () => {
  const { clock, webhooks } = receiverWith({ handlerTimeoutMs: 3_000_000 });
  let signal: AbortSignal | undefined;
  webhooks.on('*', (_event, context) => {
    signal = context.signal;
    return new Promise(() => undefined);
  });
  await webhooks.receive(incoming());
  await webhooks.start();
  await turns();
  await stop(webhooks, clock);
  expect(signal?.aborted).toBe(true);
  expect(signal?.reason).not.toBeInstanceOf(HandlerTimeoutError);
  expect(clock.timers).toBe(0);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %s is refused', (handlerTimeoutMs) => {
  expect(() => createWebhooks({ sources: { platform: platform() }, handlerTimeoutMs })).toThrow(/"handlerTimeoutMs"/);
});
