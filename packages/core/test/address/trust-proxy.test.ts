import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';
import { parseAddress } from '../../src/address/address.ts';
import { compileTrustProxy, type TrustFunction } from '../../src/address/trust-proxy.ts';

const anyAddress = fc.oneof(
  fc.ipV4(),
  // why: of IPv6 that ends like IPv4, ipaddr.js takes some for IPv4 and does not know others. node:net is asked about those, in address.test.ts.
  fc.ipV6().filter((text) => !text.includes('.')),
  fc.ipV4().map((address) => `::ffff:${address}`),
  fc.constantFrom(
    '127.0.0.1',
    '127.255.255.255',
    '128.0.0.0',
    '::1',
    '::2',
    '169.254.1.1',
    'fe80::1',
    'febf::',
    'fec0::',
  ),
  fc.constantFrom(
    '10.0.0.0',
    '172.15.255.255',
    '172.16.0.0',
    '172.32.0.0',
    '192.168.9.9',
    'fbff::',
    'fc00::',
    'fdff::1',
    'fe00::',
  ),
);

const prefix = fc.integer({ min: -1, max: 130 }).map(String);
const netmask = fc.oneof(
  fc.integer({ min: 0, max: 32 }).map((bits) => ipaddr.IPv4.subnetMaskFromPrefixLength(bits).toString()),
  fc.ipV4(),
);
const part = fc.oneof(
  fc.constantFrom('loopback', 'linklocal', 'uniquelocal'),
  anyAddress,
  fc.tuple(anyAddress, fc.oneof(prefix, netmask)).map(([address, length]) => `${address}/${length}`),
);

/** `undefined` where it cannot be made. */
const made = (make: () => TrustFunction): TrustFunction | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};

/** A mapped range is believed by Express with 97 bits or more; with fewer it believes nobody, or all of IPv4. */
const isWiderThanMapped = (text: string): boolean => {
  const [address = '', length] = text.split('/');
  return (
    address.includes(':') && length !== undefined && Number(length) <= 96 && parseAddress(address)?.kind === 'ipv4'
  );
};

test('believes the same proxies as Express does', () => {
  const list = fc.array(part, { minLength: 1, maxLength: 4 });
  let compared = 0;
  fc.assert(
    fc.property(list, fc.array(anyAddress, { minLength: 1 }), (proxies, others) => {
      const ours = made(() => compileTrustProxy(proxies));
      const theirs = made(() => proxyAddr.compile([...proxies]));
      if (proxies.some(isWiderThanMapped)) return expect(ours).toBeUndefined();
      expect([proxies, ours === undefined]).toEqual([proxies, theirs === undefined]);
      const inside = proxies.flatMap((proxy) => proxy.split('/').slice(0, 1)).filter((text) => ipaddr.isValid(text));
      for (const address of [...others, ...inside]) {
        if (ours === undefined || theirs === undefined) return;
        compared += 1;
        expect([proxies, address, ours(address, 0)]).toEqual([proxies, address, theirs(address, 0)]);
      }
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test.each([
  ['a number in a list', '1'],
  ['a prefix of no bits', '10.0.0.0/0'],
  ['a mapped prefix of no bits', '::ffff:0:0/96'],
  // Express takes it, and believes nobody.
  ['a mapped prefix that is not of IPv6', '::ffff:10.0.0.0/8'],
  ['a prefix with a zero in front', '10.0.0.0/08'],
  ['a mask with holes', '10.0.0.0/255.0.255.0'],
  ['a mask of no bits', '10.0.0.0/0.0.0.0'],
  ['a mask of IPv6', '::ffff:10.0.0.0/255.0.0.0'],
  ['a name in capitals', 'Loopback'],
])('%s is refused: %s', (_what, proxy) => {
  for (const value of [proxy, [proxy], ['loopback', proxy]]) {
    expect(() => compileTrustProxy(value)).toThrow(expect.objectContaining({ code: 'trust-proxy-invalid' }));
  }
});

test('an IPv4 address is in no range of IPv6, however wide, nor the other way round', () => {
  const ofIpv6 = compileTrustProxy(['::/1', '8000::/1']);
  expect([ofIpv6('::1', 0), ofIpv6('10.0.0.1', 0), ofIpv6('::ffff:10.0.0.1', 0)]).toEqual([true, false, false]);
  const ofIpv4 = compileTrustProxy('0.0.0.0/1, 128.0.0.0/1');
  expect([ofIpv4('::ffff:10.0.0.1', 0), ofIpv4('::10.0.0.1', 0), ofIpv4('64:ff9b::10.0.0.1', 0)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('writes an address as ipaddr.js does', () => {
  const sparse = fc
    .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.map((group) => group.toString(16)).join(':'));
  fc.assert(
    fc.property(fc.oneof(anyAddress, sparse), (text) => {
      const ours = parseAddress(text);
      const theirs = ipaddr.process(text);
      expect([ours?.toString(), ours?.kind]).toEqual([theirs.toString(), theirs.kind()]);
      const bytes = theirs.toByteArray().map((byte) => byte.toString(16).padStart(2, '0'));
      expect(ours?.number).toBe(BigInt(`0x${bytes.join('')}`));
    }),
    { numRuns: 3000 },
  );
});
