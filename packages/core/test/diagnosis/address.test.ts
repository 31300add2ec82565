import {
  createWebhooks,
  defineProvider,
  headersFromRaw,
  ipAllowlist,
  type Rejection,
  type TrustProxy,
} from '@mediahooks/core';
import { z } from 'zod';
import { incoming } from '../platform.ts';

const allowed = '192.0.2.7';
const stranger = '203.0.113.9';

/** What the operator is told of a request from `socketAddress` with this X-Forwarded-For. */
const told = async (
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustProxy?: TrustProxy,
  hasSocket = true,
): Promise<Rejection> => {
  const webhooks = createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [ipAllowlist({ ranges: ['192.0.2.0/24'] })],
        schema: z.unknown(),
        types: ['thing'],
        events: () => [],
      }),
    },
    logger: false,
    ...(trustProxy !== undefined && { trustProxy }),
  });
  const headers = headersFromRaw(forwardedFor === undefined ? [] : ['X-Forwarded-For', forwardedFor]);
  const { rejection } = await webhooks.receive(incoming({}, { socketAddress, hasSocket, headers }));
  if (rejection === undefined) throw new Error('It was accepted.');
  return rejection;
};

const number = /trustProxy: \d/;

describe('names a number of proxies, as a question, where all of them are in a private network:', () => {
  test.each([
    ['one on this machine', '127.0.0.1', allowed, undefined, 'trustProxy: 1 is right'],
    ['one in the network', '10.0.0.2', allowed, undefined, 'trustProxy: 1 is right'],
    ['a second one', '10.0.0.2', `${allowed}, 10.0.0.3`, 1, 'trustProxy: 2 is right'],
    ['one over IPv6', 'fd00::2', allowed, undefined, 'trustProxy: 1 is right'],
    ['one that is mapped', '::ffff:127.0.0.1', allowed, undefined, 'trustProxy: 1 is right'],
  ] as const)('%s', async (_what, socketAddress, forwardedFor, trustProxy, hint) => {
    const { cause, hint: said } = await told(socketAddress, forwardedFor, trustProxy);
    expect(cause).toBe('address-behind-proxies');
    expect(said).toContain(hint);
    expect(said).toMatch(/(Is 1 proxy|Are 2 proxies) of yours in front.*\?.*if not, it lets anyone in/);
  });
});

describe('names none that a forger could have had in mind:', () => {
  test.each([
    ['he connects and writes the header himself', stranger, allowed, undefined],
    ['he writes more into it', stranger, `${allowed}, 10.0.0.2`, undefined],
    ['he comes through the proxy that is believed', '10.0.0.2', `${allowed}, ${stranger}`, 1],
    ['he comes through a proxy that is not believed yet', '10.0.0.2', `${allowed}, ${stranger}`, undefined],
    ['where the platform shows no connection', undefined, `${allowed}, ${stranger}`, 1],
  ] as const)('%s', async (_what, socketAddress, forwardedFor, trustProxy) => {
    const { hint } = await told(socketAddress, forwardedFor, trustProxy, socketAddress !== undefined);
    expect(hint).not.toMatch(/trustProxy: \d is right/);
    expect(hint).not.toMatch(number);
  });

  test('but says that the header names an allowed address, and that anyone can write it', async () => {
    const { cause, hint } = await told(stranger, allowed);
    expect(cause).toBe('address-behind-proxies');
    expect(hint).toContain('Anyone can write that header');
  });
});

test('where trustProxy believes too many, asks for the lower number, for proxies in a private network only', async () => {
  const { cause, hint } = await told('10.0.0.2', allowed, 3);
  expect(cause).toBe('trust-proxy-too-high');
  expect(hint).toContain('Then trustProxy: 1 is right.');
  expect((await told('10.0.0.2', `${stranger}, ${stranger}`, 3)).hint).not.toMatch(number);
  expect((await told(stranger, allowed, 3)).hint).not.toMatch(number);
});

test('counts a proxy that is not seen, where the platform shows no connection', async () => {
  expect((await told(undefined, `${allowed}, 10.0.0.3`, 1, false)).hint).toContain('trustProxy: 2 is right');
  expect((await told(undefined, allowed, 4, false)).hint).toContain('Then trustProxy: 1 is right.');
  expect((await told(undefined, undefined, 1, false)).cause).toBe('forwarded-for-missing');
});

test('says nothing of a stranger who simply connects', async () => {
  expect((await told(stranger, undefined)).cause).toBeUndefined();
  expect((await told(stranger, '198.51.100.1')).cause).toBeUndefined();
});

test('looks at a few hops of a very long header only', async () => {
  const { cause } = await told('10.0.0.2', Array.from({ length: 5000 }, () => '10.0.0.3').join(', '));
  expect(cause).toBe('address-behind-proxies');
});
