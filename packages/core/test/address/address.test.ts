import { BlockList, isIP, isIPv4 } from 'node:net';
import { ConfigurationError, ipAllowlist, parseAddress } from '@mediahooks/core';
import fc from 'fast-check';

describe('parseAddress', () => {
  test.each([
    ['92.223.123.5', '92.223.123.5'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:92.223.123.5', '92.223.123.5'],
    ['::FFFF:92.223.123.5', '92.223.123.5'],
    ['::ffff:5cdf:7b05', '92.223.123.5'],
    ['0:0:0:0:0:ffff:5cdf:7b05', '92.223.123.5'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::', '::'],
    // NAT64 and the IPv4-compatible form are addresses of IPv6, not IPv4 addresses in disguise.
    ['64:ff9b::92.223.123.5', '64:ff9b::5cdf:7b05'],
    ['::92.223.123.5', '::5cdf:7b05'],
    ['::fffe:92.223.123.5', '::fffe:5cdf:7b05'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseAddress(text)?.toString()).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '92.223.123',
    '1.2',
    '1',
    '92.223.123.5.1',
    '92.223.123.256',
    '092.223.123.5',
    '92.223.123.05',
    '0x5c.223.123.5',
    '0134.223.123.5',
    '1558149893',
    '0x5cdf7b05',
    '92.223.123.5 ',
    ' 92.223.123.5',
    '92.223.123.5\n',
    '92.223.123.5:443',
    '[::1]',
    '[::1]:443',
    '::1%eth0',
    'fe80::1%1',
    '::ffff:92.223.123.5%lo',
    '::ffff:92.223.123',
    '::ffff:092.223.123.5',
    '::ffff:0x5c.223.123.5',
    '::ffff:0134.0337.0173.5',
    '::ffff:92.223.123.256',
    '1::2::3',
    ':::',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '1.2.3.4::',
    'localhost',
    '92.223.123.5/24',
    '-1.2.3.4',
    '\uff11.2.3.4',
    '1.2.3.4,5.6.7.8',
    '92.223.123.',
    '.92.223.123.5',
    '92..223.123',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('agrees with node:net on what is an address', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom('', '0', '00', '01', '0x1', 'ff', 'ffff', '10000', 'g'),
    );
    const likeAnAddress = fc
      .array(fc.tuple(part, fc.constantFrom('.', ':', '::', '%', '/')), { maxLength: 9 })
      .map((pieces) => pieces.flat().slice(0, -1).join(''));
    fc.assert(
      fc.property(fc.oneof(likeAnAddress, fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string()), (text) => {
        const expected = isIP(text) !== 0 && !text.includes('%');
        expect(parseAddress(text) !== undefined).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

const allows = (ranges: readonly string[], address: string): boolean => {
  const { refused } = ipAllowlist({ ranges }).check(address);
  if (refused !== undefined) expect(refused.code).toBe('address-not-allowed');
  return refused === undefined;
};

describe('ipAllowlist', () => {
  test('takes for IPv4 exactly what parseAddress does, and for the same address', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom('', '00', '01', '0x1', ' 1', '1\n'),
    );
    const parts = fc.array(part, { minLength: 3, maxLength: 5 }).map((list) => list.join('.'));
    const mapped = fc
      .tuple(fc.constantFrom('', '::ffff:', '::FFFF:', '0::ffff:', '::'), parts)
      .map((two) => two.join(''));
    fc.assert(
      fc.property(mapped, (text) => {
        const address = parseAddress(text);
        expect(allows(['0.0.0.0/0'], text)).toBe(address?.kind === 'ipv4');
        if (address?.kind === 'ipv4') expect(allows([address.toString()], text)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  const gcore = ['92.223.112.0/24', '92.223.123.0/24'];
  test.each([
    ['92.223.112.0', true],
    ['92.223.112.255', true],
    ['92.223.111.255', false],
    ['92.223.113.0', false],
    ['92.223.123.0', true],
    ['92.223.123.255', true],
    ['92.223.122.255', false],
    ['92.223.124.0', false],
    ['::ffff:92.223.123.255', true],
    ['::ffff:92.223.124.0', false],
    ['::ffff:5cdf:7b05', true],
    ['::ffff:5cdf:7c00', false],
    ['::92.223.123.5', false],
    ['64:ff9b::5cdf:7b05', false],
    ['::ffff:0x5c.223.123.5', false],
    ['092.223.123.5', false],
    ['unknown', false],
    ['', false],
  ])('two ranges: %s is allowed: %p', (address, expected) => {
    expect(allows(gcore, address)).toBe(expected);
  });

  test.each([
    ['2001:db8::/32', '2001:db8::', true],
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8::/32', '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', false],
    ['2001:db8::/32', '2001:db9::', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.6', false],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.7/32', '203.0.113.7', true],
    ['203.0.113.7/32', '203.0.113.8', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::1/128', '2001:db8::2', false],
    ['203.0.113.6/31', '203.0.113.7', true],
    ['203.0.113.6/31', '203.0.113.8', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::ffff:1.2.3.4', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['::/0', '1.2.3.4', false],
    ['::ffff:92.223.123.0/120', '92.223.123.255', true],
    ['::ffff:92.223.123.0/120', '92.223.124.0', false],
    ['::ffff:5cdf:7b00/120', '92.223.123.255', true],
    ['::ffff:0:0/96', '1.2.3.4', true],
    ['::ffff:0:0/96', '::fffe:1.2.3.4', false],
  ])('%s: %s is allowed: %p', (range, address, expected) => {
    expect(allows([range], address)).toBe(expected);
  });

  test.each([
    [[]],
    [['']],
    [['92.223.123']],
    [['92.223.123.1/24']],
    [['92.223.123.0/33']],
    [['92.223.123.0/']],
    [['92.223.123.0/-1']],
    [['92.223.123.0/024']],
    [['92.223.123.0/24/24']],
    [['92.223.123.0/2 4']],
    [['92.223.123.0/255.255.255.0']],
    [['2001:db8::/129']],
    [['2001:db8::1/32']],
    [['::ffff:92.223.123.0/95']],
    [['::ffff:92.223.123.1/120']],
    [['092.223.123.0/24']],
    [['::1%eth0']],
    [['*']],
    [['gcore.com']],
    [['1.2.3.0/1e1']],
  ])('is not made with ranges %j', (ranges) => {
    const make = () => ipAllowlist({ ranges, owner: 'gcore' });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(
      expect.objectContaining({ code: 'option-invalid', message: expect.stringMatching(/^gcore: /) }),
    );
  });

  test.each([['92.223.123.0/24'], [[undefined]], [[7]], [undefined], [null]])(
    'is not made with ranges that are no list of text: %j',
    (ranges) => {
      expect(() => Reflect.apply(ipAllowlist, undefined, [{ ranges }])).toThrow(
        expect.objectContaining({ code: 'option-invalid' }),
      );
    },
  );

  const ipv4Range = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 })).map(([number, bits]) => {
    const first = Number((BigInt(number) >> BigInt(32 - bits)) << BigInt(32 - bits));
    return { network: ipv4(first), bits };
  });
  const ipv6Range = fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.integer({ min: 0, max: 128 }))
    .map(([number, bits]) => ({ network: ipv6((number >> BigInt(128 - bits)) << BigInt(128 - bits)), bits }));

  test('agrees with node:net on any IPv4 ranges, overlapping or not, and the addresses around their ends', () => {
    fc.assert(
      fc.property(
        fc.array(ipv4Range, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(0xffffffff)),
        (ranges, others) => {
          const guard = ipAllowlist({ ranges: ranges.map(({ network, bits }) => `${network}/${bits}`) });
          const reference = new BlockList();
          for (const { network, bits } of ranges) reference.addSubnet(network, bits, 'ipv4');
          const edges = ranges.flatMap(({ network, bits }) => {
            const first = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
            return [first, first - 1, first + 2 ** (32 - bits) - 1, first + 2 ** (32 - bits)];
          });
          for (const number of [...edges, ...others].filter((one) => one >= 0 && one <= 0xffffffff)) {
            const address = ipv4(number);
            expect([address, guard.check(address).refused === undefined]).toEqual([address, reference.check(address)]);
            const mapped = `::ffff:${address}`;
            expect(guard.check(mapped).refused === undefined).toBe(reference.check(address));
          }
        },
      ),
    );
  });

  test('agrees with node:net on any IPv6 ranges, overlapping or not', () => {
    const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    fc.assert(
      fc.property(fc.array(ipv6Range, { minLength: 1, maxLength: 6 }), fc.array(address), (ranges, others) => {
        fc.pre(ranges.every(({ network }) => !isMapped(network)));
        const guard = ipAllowlist({ ranges: ranges.map(({ network, bits }) => `${network}/${bits}`) });
        const reference = new BlockList();
        for (const { network, bits } of ranges) reference.addSubnet(network, bits, 'ipv6');
        const edges = ranges.flatMap(({ network, bits }) => {
          const first = BigInt(
            `0x${network
              .split(':')
              .map((part) => part.padStart(4, '0'))
              .join('')}`,
          );
          const width = 1n << BigInt(128 - bits);
          return [first, first - 1n, first + width - 1n, first + width];
        });
        for (const number of [...edges, ...others].filter((one) => one >= 0n && one < 1n << 128n)) {
          const text = ipv6(number);
          if (isMapped(text)) continue;
          expect([text, guard.check(text).refused === undefined]).toEqual([text, reference.check(text, 'ipv6')]);
        }
      }),
    );
  });
});

const ipv4 = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

const ipv6 = (number: bigint): string =>
  Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - index * 16)) & 0xffffn).toString(16)).join(':');

/** An IPv4 address to us, for which node:net has rules of its own. */
const isMapped = (text: string): boolean => isIPv4(parseAddress(text)?.toString() ?? '');
