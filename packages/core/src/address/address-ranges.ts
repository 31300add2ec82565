import { ConfigurationError } from '../errors.ts';
import { quote } from '../rejection.ts';
import { type Address, ipv4Number, parseAddress } from './address.ts';

export interface AddressRanges {
  has(address: string): boolean;
}

/** The addresses that begin with the first `bits` bits of `address`. */
export interface Subnet {
  readonly address: Address;
  readonly bits: number;
}

interface Range<Value extends bigint | number> {
  readonly first: Value;
  readonly last: Value;
}

/**
 * Ranges compiled for lookup: sorted, merged, searched by halving, so that a thousand cost little more than one.
 *
 * @throws {ConfigurationError} `option-invalid` for an empty list and for what is neither an address nor a range.
 */
export const addressRanges = (list: readonly string[], owner: string): AddressRanges => {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ConfigurationError('option-invalid', `${owner}: the list of address ranges is empty.`);
  }
  return compileSubnets(
    list.map((text) => {
      const subnet = typeof text === 'string' ? parseSubnet(text) : undefined;
      if (subnet === undefined) {
        throw new ConfigurationError(
          'option-invalid',
          `${owner}: ${quote(String(text))} is neither an IP address nor a range in CIDR notation.`,
        );
      }
      if (subnet.address.number & hostMask(subnet)) {
        throw new ConfigurationError(
          'option-invalid',
          `${owner}: ${quote(text)} has bits set beyond its prefix length.`,
        );
      }
      return subnet;
    }),
  );
};

/** Whatever the addresses have behind their prefixes does not count. */
export const compileSubnets = (subnets: readonly Subnet[]): AddressRanges => {
  const rangesOf = (kind: Address['kind']): readonly Range<bigint>[] =>
    merge(
      subnets
        .filter(({ address }) => address.kind === kind)
        .map((subnet) => {
          const mask = hostMask(subnet);
          return { first: subnet.address.number & ~mask, last: subnet.address.number | mask };
        }),
    );
  const ipv4 = rangesOf('ipv4').map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  const ipv6 = rangesOf('ipv6');
  return {
    has(text) {
      const number = ipv4Number(text);
      if (number !== undefined) return contains(ipv4, number);
      const address = parseAddress(text);
      if (address === undefined) return false;
      return address.kind === 'ipv4' ? contains(ipv4, Number(address.number)) : contains(ipv6, address.number);
    },
  };
};

/** Reads an address, or a range in CIDR notation. `undefined` for all else. */
export const parseSubnet = (text: string): Subnet | undefined => {
  const [head = '', length, ...rest] = text.split('/');
  const address = parseAddress(head);
  if (address === undefined || rest.length > 0) return undefined;
  const size = sizeOf(address);
  if (length === undefined) return { address, bits: size };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  // why: an IPv4-mapped range was read as IPv4 above, and its first 96 bits are the mapping.
  const bits = Number(length) - (size === 32 && head.includes(':') ? 96 : 0);
  return bits < 0 || bits > size ? undefined : { address, bits };
};

const sizeOf = ({ kind }: Address): number => (kind === 'ipv4' ? 32 : 128);

const hostMask = ({ address, bits }: Subnet): bigint => (1n << BigInt(sizeOf(address) - bits)) - 1n;

const merge = (ranges: Range<bigint>[]): readonly Range<bigint>[] => {
  const merged: Range<bigint>[] = [];
  for (const range of ranges.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const previous = merged.at(-1);
    if (previous === undefined || range.first > previous.last + 1n) merged.push(range);
    else if (range.last > previous.last) merged[merged.length - 1] = { first: previous.first, last: range.last };
  }
  return merged;
};

const contains = <Value extends bigint | number>(ranges: readonly Range<Value>[], number: Value): boolean => {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (number < range.first) high = middle - 1;
    else if (number > range.last) low = middle + 1;
    else return true;
  }
  return false;
};
