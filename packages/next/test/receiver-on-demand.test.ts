import { createWebhooks, defineProvider, headerToken, type Receiver } from '@mediahooks/core';
import { receiverOnDemand } from '../src/receiver-on-demand.ts';

const createReceiver = (): Receiver =>
  createWebhooks({
    logger: false,
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [headerToken({ header: 'x-token', token: 'token' })],
        schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } },
        types: ['thing'],
        events: (payload) => [{ type: 'thing', payload }],
      }),
    },
  });

const refuse = (): never => {
  throw new Error('refused');
};

describe('a receiver that is there', () => {
  test('is checked at once, and given as it is', () => {
    const receiver = createReceiver();
    expect(receiverOnDemand(receiver, () => undefined)()).toBe(receiver);
    expect(() => receiverOnDemand(receiver, refuse)).toThrow('refused');
  });
});

describe('a receiver that a function makes', () => {
  test('is made when it is first asked for, and once', async () => {
    let made = 0;
    const get = receiverOnDemand(
      async () => {
        made += 1;
        return createReceiver();
      },
      () => undefined,
    );
    expect(made).toBe(0);
    const [first, second] = await Promise.all([get(), get()]);
    expect(first).toBe(second);
    expect(await get()).toBe(first);
    expect(made).toBe(1);
  });

  test('is made again where making or checking it failed', async () => {
    const failures = [new Error('no secret yet'), new Error('no database yet')];
    const get = receiverOnDemand(
      () => {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return createReceiver();
      },
      () => undefined,
    );
    await expect(get()).rejects.toThrow('no secret yet');
    await expect(get()).rejects.toThrow('no database yet');
    expect(await get()).toHaveProperty('receive');
    await expect(receiverOnDemand(createReceiver, refuse)()).rejects.toThrow('refused');
  });
});
