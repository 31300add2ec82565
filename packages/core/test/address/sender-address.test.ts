import {
  ConfigurationError,
  createWebhooks,
  defineProvider,
  headersFromRaw,
  type IncomingDelivery,
  ipAllowlist,
  type TrustProxy,
} from '@mediahooks/core';
import { z } from 'zod';
import { answerOf, incoming } from '../platform.ts';

const genuine = '92.223.123.5';
const attacker = '198.51.100.66';
const proxy = '10.0.0.1';
const outer = '10.0.0.2';

const receiver = (trustProxy: TrustProxy | undefined) =>
  createWebhooks({
    sources: {
      platform: defineProvider({
        name: 'platform',
        guards: [ipAllowlist({ ranges: ['92.223.123.0/24'] })],
        schema: z.unknown(),
        types: ['thing'],
        events: (payload) => [{ type: 'thing', payload }],
      }),
    },
    logger: false,
    ...(trustProxy !== undefined && { trustProxy }),
  });

/** Whether a delivery over this connection with these X-Forwarded-For headers is let in. */
const letsIn = async (
  trustProxy: TrustProxy | undefined,
  socketAddress: string | undefined,
  forwarded: readonly string[] = [],
  exchanged: Partial<IncomingDelivery> = {},
): Promise<boolean> => {
  let reads = 0;
  const outcome = await receiver(trustProxy).receive(
    incoming(
      { body: '{}', headers: forwarded.flatMap((value) => ['X-Forwarded-For', value]) },
      {
        socketAddress,
        readBody: () => {
          reads += 1;
          return new TextEncoder().encode('{}');
        },
        ...exchanged,
      },
    ),
  );
  const [code, status] = answerOf(outcome);
  if (code === 'ignored') return true;
  expect([code, status]).toEqual(['address-not-allowed', 403]);
  // An address is refused before a byte of the body is read.
  expect(reads).toBe(0);
  return false;
};

describe('without a believed proxy', () => {
  test.each([undefined, false, 0])('trustProxy %p: the connection counts, and no header', async (trustProxy) => {
    expect(await letsIn(trustProxy, genuine)).toBe(true);
    expect(await letsIn(trustProxy, `::ffff:${genuine}`)).toBe(true);
    expect(await letsIn(trustProxy, genuine, [attacker])).toBe(true);
    expect(await letsIn(trustProxy, attacker)).toBe(false);
    expect(await letsIn(trustProxy, attacker, [genuine])).toBe(false);
    expect(await letsIn(trustProxy, attacker, [genuine, genuine])).toBe(false);
    expect(await letsIn(trustProxy, '127.0.0.1', [genuine])).toBe(false);
  });

  test.each([undefined, '', 'unix', '/run/app.sock', '92.223.123', `${genuine}:443`])(
    'a connection whose address is %p proves nothing',
    async (socketAddress) => {
      expect(await letsIn(undefined, socketAddress)).toBe(false);
      expect(await letsIn(1, socketAddress, [genuine])).toBe(false);
      expect(await letsIn('loopback', socketAddress, [genuine])).toBe(false);
    },
  );
});

describe.each<[string, TrustProxy]>([
  ['1', 1],
  ['the address of the proxy', proxy],
  ['a subnet with the proxy in it', '10.0.0.1/32'],
  ['a list', ['192.0.2.0/24', proxy]],
  ['text with commas', `192.0.2.0/24 , ${proxy}`],
  ['a function', (address) => address === proxy],
  ['a function of the hop', (_address, hop) => hop < 1],
])('behind one proxy, believed by %s', (_how, trustProxy) => {
  test('the entry that the proxy wrote is the sender', async () => {
    expect(await letsIn(trustProxy, proxy, [genuine])).toBe(true);
    expect(await letsIn(trustProxy, `::ffff:${proxy}`, [`::ffff:${genuine}`])).toBe(true);
    expect(await letsIn(trustProxy, proxy, [attacker])).toBe(false);
  });

  test('what the sender wrote itself, before that or in a header of its own, is not', async () => {
    expect(await letsIn(trustProxy, proxy, [`${genuine}, ${attacker}`])).toBe(false);
    expect(await letsIn(trustProxy, proxy, [`${genuine},${genuine} ,  ${attacker}`])).toBe(false);
    expect(await letsIn(trustProxy, proxy, [genuine, attacker])).toBe(false);
    expect(await letsIn(trustProxy, proxy, [attacker, genuine])).toBe(true);
  });

  test.each(['', ' ', ',', `${genuine},`, 'unknown', '_hidden', `${genuine}:443`, `[::ffff:${genuine}]`, '92.223.123'])(
    'the entry %j is no address, and nothing before it counts',
    async (entry) => {
      expect(await letsIn(trustProxy, proxy, [entry])).toBe(false);
      expect(await letsIn(trustProxy, proxy, [`${genuine}, ${entry}`])).toBe(false);
    },
  );

  test('malformed entries that nobody vouches for do no harm', async () => {
    expect(await letsIn(trustProxy, proxy, [`unknown, , ${genuine}`])).toBe(true);
  });
});

describe.each<[string, TrustProxy]>([
  ['2', 2],
  ['a subnet', '10.0.0.0/24'],
  ['a name', 'uniquelocal'],
  ['names and addresses', 'loopback, 10.0.0.2, 10.0.0.1'],
  ['a function', (address) => address.startsWith('10.')],
])('behind two proxies, believed by %s', (_how, trustProxy) => {
  test('the entry that the outer proxy wrote is the sender', async () => {
    expect(await letsIn(trustProxy, proxy, [`${genuine}, ${outer}`])).toBe(true);
    expect(await letsIn(trustProxy, proxy, [genuine, outer])).toBe(true);
    expect(await letsIn(trustProxy, proxy, [`${attacker}, ${outer}`])).toBe(false);
    expect(await letsIn(trustProxy, proxy, [`${genuine}, ${attacker}, ${outer}`])).toBe(false);
    expect(await letsIn(trustProxy, proxy, [genuine, attacker, outer])).toBe(false);
  });
});

describe('with the number of proxies', () => {
  test('a list that ends among believed hops proves nothing', async () => {
    expect(await letsIn(2, proxy, [genuine])).toBe(false);
    expect(await letsIn(3, proxy, [`${genuine}, ${outer}`])).toBe(false);
  });

  test('without the header, the connection counts', async () => {
    expect(await letsIn(2, genuine)).toBe(true);
    expect(await letsIn(2, attacker)).toBe(false);
  });
});

describe('with addresses of proxies', () => {
  test('a sender that is none of them is not believed', async () => {
    expect(await letsIn('10.0.0.0/24', attacker, [genuine])).toBe(false);
    expect(await letsIn('loopback', attacker, [genuine])).toBe(false);
    expect(await letsIn('uniquelocal', '::ffff:198.51.100.66', [genuine])).toBe(false);
  });

  test('loopback is IPv4 and IPv6', async () => {
    expect(await letsIn('loopback', '127.0.0.1', [genuine])).toBe(true);
    expect(await letsIn('loopback', '::1', [genuine])).toBe(true);
    expect(await letsIn('linklocal', 'fe80::1%eth0', [genuine])).toBe(true);
    expect(await letsIn('linklocal', 'fe80::1%eth0', [attacker])).toBe(false);
  });

  test('where every entry is a believed proxy, none is proven to be the sender', async () => {
    expect(await letsIn(['10.0.0.0/24', '92.223.123.0/24'], proxy, [`${genuine}, ${outer}`])).toBe(false);
    expect(await letsIn(() => true, proxy, [genuine])).toBe(false);
  });
});

describe('where there is no connection', () => {
  const none = { hasSocket: false, socketAddress: undefined };
  test('the entries count from the right, as many as there are proxies', async () => {
    expect(await letsIn(1, undefined, [genuine], none)).toBe(true);
    expect(await letsIn(1, undefined, [`${genuine}, ${attacker}`], none)).toBe(false);
    expect(await letsIn(2, undefined, [`${genuine}, ${outer}`], none)).toBe(true);
    expect(await letsIn(2, undefined, [`${genuine}, ${attacker}, ${outer}`], none)).toBe(false);
    expect(await letsIn(2, undefined, [genuine], none)).toBe(false);
    expect(await letsIn('10.0.0.0/24', undefined, [`${genuine}, ${outer}`], none)).toBe(true);
  });

  test('a missing, empty or malformed header proves nothing', async () => {
    expect(await letsIn(1, undefined, [], none)).toBe(false);
    expect(await letsIn(1, undefined, [''], none)).toBe(false);
    expect(await letsIn(1, undefined, [`${genuine},`], none)).toBe(false);
    expect(await letsIn(1, undefined, ['unknown'], none)).toBe(false);
  });
});

describe("the framework's own setting", () => {
  const trust = (address: string): boolean => address === proxy;
  test('counts where trustProxy is not set', async () => {
    expect(await letsIn(undefined, proxy, [genuine], { trust })).toBe(true);
    expect(await letsIn(undefined, proxy, [attacker], { trust })).toBe(false);
  });

  test('does not count where trustProxy says otherwise', async () => {
    expect(await letsIn(false, proxy, [genuine], { trust })).toBe(false);
    expect(await letsIn(0, proxy, [genuine], { trust: () => true })).toBe(false);
  });
});

test('a trust function that throws refuses the delivery, and the request has its answer', async () => {
  const trustProxy = () => {
    throw new Error('broken');
  };
  const outcome = await receiver(trustProxy).receive(incoming({ headers: ['X-Forwarded-For', genuine] }));
  expect(answerOf(outcome)).toEqual(['internal-error', 500]);
});

describe('trustProxy', () => {
  test.each([
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    '1',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '010.0.0.1',
    '0x0a.0.0.1',
    'localhost',
    'Loopback',
    'toString',
    'loopback,',
    '10.0.0.1:80',
    '10.0.0.0/24/24',
    '167772161',
  ])('%j is refused', (trustProxy) => {
    expect(() => receiver(trustProxy)).toThrow(ConfigurationError);
    expect(() => receiver(trustProxy)).toThrow(
      expect.objectContaining({ code: 'trust-proxy-invalid', message: expect.stringContaining('"trustProxy"') }),
    );
  });

  test.each([[[]], [['']], [[1]], [{}], [null]])('%j is refused', (trustProxy) => {
    const sources = { platform: defineProvider({ ...unproven }) };
    expect(() => Reflect.apply(createWebhooks, undefined, [{ sources, trustProxy }])).toThrow(
      expect.objectContaining({ code: 'trust-proxy-invalid' }),
    );
  });

  test('true is refused with a source that is proven by its address, and taken without', () => {
    expect(() => receiver(true)).toThrow(
      expect.objectContaining({ code: 'trust-proxy-invalid', message: expect.stringContaining('platform') }),
    );
    expect(() =>
      createWebhooks({ sources: { platform: defineProvider({ ...unproven }) }, trustProxy: true }),
    ).not.toThrow();
  });

  const unproven = {
    name: 'platform',
    guards: [],
    schema: z.unknown(),
    types: ['thing'],
    events: () => [],
    options: { unsafeWithoutVerification: true },
  };
});

test('what handlers are told of the address is the sender, and nothing where it is not known', async () => {
  const addressWith = async (trustProxy: TrustProxy | undefined, exchanged: Partial<IncomingDelivery>) => {
    const webhooks = createWebhooks({
      sources: {
        platform: defineProvider({
          name: 'platform',
          guards: [],
          schema: z.unknown(),
          types: ['thing'],
          events: (payload) => [{ type: 'thing', payload }],
          options: { unsafeWithoutVerification: true },
        }),
      },
      logger: false,
      ...(trustProxy !== undefined && { trustProxy }),
    });
    const { events } = await webhooks.receive(
      incoming({}, { headers: headersFromRaw(['x-forwarded-for', genuine]), ...exchanged }),
    );
    return events[0]?.delivery.address;
  };
  expect(await addressWith(undefined, { socketAddress: `::ffff:${attacker}` })).toBe(attacker);
  expect(await addressWith(1, { socketAddress: proxy })).toBe(genuine);
  expect(await addressWith(true, { socketAddress: proxy })).toBeUndefined();
  expect(await addressWith(undefined, { hasSocket: false, socketAddress: undefined })).toBeUndefined();
});
