import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads an address strictly: four decimal parts, or IPv6. IPv4-mapped IPv6 (`::ffff:92.223.123.5`, RFC 4291 section 2.5.5.2) is
 * the IPv4 address, and a zone (`%eth0`) is dropped: it names the receiver's own interface. `undefined` for all else.
 */
export const parseAddress = (text: string): Address | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const zone = text.indexOf('%');
  const address = ipaddr.IPv6.parse(zone === -1 ? text : text.slice(0, zone));
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};
