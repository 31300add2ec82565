/** An address of IPv4 or IPv6. */
export interface Address {
  readonly kind: 'ipv4' | 'ipv6';
  /** Its 32 or 128 bits. */
  readonly number: bigint;
  /** Its one canonical form; of IPv6 that of RFC 5952. */
  toString(): string;
}

/**
 * Reads an address strictly: four decimal parts without leading zeros, or IPv6 as in RFC 4291. IPv4-mapped IPv6
 * (`::ffff:92.223.123.5`, section 2.5.5.2) is the IPv4 address. `undefined` for all else: zones, ports, brackets, octal, short forms.
 */
export const parseAddress = (text: string): Address | undefined => {
  const plain = ipv4Number(text);
  if (plain !== undefined) return ipv4(BigInt(plain));
  const number = ipv6Number(text);
  if (number === undefined) return undefined;
  return number >> 32n === mappedPrefix ? ipv4(number & 0xffff_ffffn) : ipv6(number);
};

/** The first 96 bits of IPv4-mapped IPv6. */
const mappedPrefix = 0xffffn;

const ipv4 = (number: bigint): Address => ({
  kind: 'ipv4',
  number,
  toString: () => [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join('.'),
});

const ipv6 = (number: bigint): Address => ({ kind: 'ipv6', number, toString: () => ipv6Text(number) });

/**
 * The number that an IPv4 address stands for: four decimal parts without leading zeros, or `::ffff:` and these, as sockets that take both
 * kinds write them. `undefined` for all else, also for what {@link parseAddress} knows further notations of.
 */
export const ipv4Number = (text: string): number | undefined => {
  const parts = plainIpv4.exec(text);
  if (parts === null) return undefined;
  let number = 0;
  for (let index = 1; index <= 4; index += 1) {
    const part = Number(parts[index]);
    if (part > 255) return undefined;
    number = number * 256 + part;
  }
  return number;
};

const plainIpv4 = /^(?:::ffff:)?(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/;

const ipv6Number = (text: string): bigint | undefined => {
  const [head, tail, ...more] = (withoutDecimalTail(text) ?? '').split('::').map(groupsOf);
  if (head === undefined || more.length > 0) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // why: `::` stands for one group of zeros at least.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n);
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** `64:ff9b::92.223.123.5` as `64:ff9b::5cdf:7b05`; what has no dot stays as it is. */
const withoutDecimalTail = (text: string): string | undefined => {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const number = ipv4Number(text.slice(colon + 1));
  if (colon === -1 || number === undefined) return undefined;
  return `${text.slice(0, colon + 1)}${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
};

/** Lower case, no leading zeros, and the longest run of zeros as `::`; of several the first, and never a single zero (RFC 5952, section 4). */
const ipv6Text = (number: bigint): string => {
  const groups = Array.from({ length: 8 }, (_, index) => (number >> BigInt(112 - 16 * index)) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  let run = { at: 0, length: 0 };
  for (const { 0: zeros, index } of text.matchAll(/\b0(?::0)+\b/g)) {
    if (zeros.length > run.length) run = { at: index, length: zeros.length };
  }
  if (run.length === 0) return text;
  return `${text.slice(0, run.at).replace(/:$/, '')}::${text.slice(run.at + run.length).replace(/^:/, '')}`;
};
