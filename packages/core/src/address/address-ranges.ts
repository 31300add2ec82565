import { ConfigurationError } from '../errors.ts';
import { quote } from '../rejection.ts';
import { type Address, ipv4Number, parseAddress } from './address.ts';

export interface AddressRanges {
  has(address: string): boolean;
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
  const byKind: { ipv4: Range<bigint>[]; ipv6: Range<bigint>[] } = { ipv4: [], ipv6: [] };
  for (const text of list) {
    const { address, bits } = parseRange(text, owner);
    const first = numberOf(address);
    const width = BigInt((address.kind() === 'ipv4' ? 32 : 128) - bits);
    if (first & ((1n << width) - 1n)) {
      throw new ConfigurationError('option-invalid', `${owner}: ${quote(text)} has bits set beyond its prefix length.`);
    }
    byKind[address.kind()].push({ first, last: first + (1n << width) - 1n });
  }
  const ipv4 = merge(byKind.ipv4).map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  const ipv6 = merge(byKind.ipv6);
  return {
    has(text) {
      const number = ipv4Number(text);
      if (number !== undefined) return contains(ipv4, number);
      const address = parseAddress(text);
      if (address === undefined) return false;
      return address.kind() === 'ipv4' ? contains(ipv4, Number(numberOf(address))) : contains(ipv6, numberOf(address));
    },
  };
};

const parseRange = (text: string, owner: string): { address: Address; bits: number } => {
  const invalid = new ConfigurationError(
    'option-invalid',
    `${owner}: ${quote(String(text))} is neither an IP address nor a range in CIDR notation.`,
  );
  if (typeof text !== 'string') throw invalid;
  const [head = '', length, ...rest] = text.split('/');
  const address = parseAddress(head);
  if (address === undefined || rest.length > 0) throw invalid;
  const size = address.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return { address, bits: size };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length)) throw invalid;
  // why: an IPv4-mapped range was read as IPv4 above, and its first 96 bits are the mapping.
  const bits = Number(length) - (size === 32 && head.includes(':') ? 96 : 0);
  if (bits < 0 || bits > size) throw invalid;
  return { address, bits };
};

const numberOf = (address: Address): bigint => {
  let number = 0n;
  for (const byte of address.toByteArray()) number = (number << 8n) | BigInt(byte);
  return number;
};

const merge = (ranges: Range<bigint>[]): Range<bigint>[] => {
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
