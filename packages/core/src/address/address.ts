import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads an address strictly: four decimal parts without leading zeros, or IPv6 as in RFC 4291. IPv4-mapped IPv6
 * (`::ffff:92.223.123.5`, section 2.5.5.2) is the IPv4 address. `undefined` for all else: zones, ports, brackets, octal, short forms.
 */
export const parseAddress = (text: string): Address | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const hex = withoutDecimalTail(text);
  // why: the hexadecimal form alone is given to the library; of the mixed one it takes octal and hexadecimal parts, and reads
  // the IPv4-compatible `::1.2.3.4` as if it were mapped.
  if (hex === undefined || !/^[0-9a-fA-F:]+$/.test(hex) || !ipaddr.IPv6.isValid(hex)) return undefined;
  const address = ipaddr.IPv6.parse(hex);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};

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

/** `::ffff:92.223.123.5` as `::ffff:5cdf:7b05`; what has no dot stays as it is. */
const withoutDecimalTail = (text: string): string | undefined => {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const tail = text.slice(colon + 1);
  if (colon === -1 || !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, colon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};
