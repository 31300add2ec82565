import { ConfigurationError } from '../errors.ts';
import { quote } from '../rejection.ts';
import { parseAddress } from './address.ts';
import { compileSubnets, parseSubnet, type Subnet } from './address-ranges.ts';

/** Whether the proxy with this address, `hop` steps away from us (the connection itself is 0), is believed. */
export type TrustFunction = (address: string, hop: number) => boolean;

/**
 * Which proxies in front are believed, in Express's own grammar: the number of proxies, subnets and addresses, the names
 * `loopback`, `linklocal` and `uniquelocal` (one, a list, or separated by commas), or a function. `false`: none.
 *
 * Refused, though Express takes it, because it believes nobody there or everybody: a number as text, and an IPv4-mapped range of less than
 * 97 bits. A prefix length has no zero in front.
 */
export type TrustProxy = boolean | number | string | readonly string[] | TrustFunction;

/** What `false` and `0` mean: the connection's own address is the sender's. Where there is no connection, it cannot be known. */
export const trustNone: TrustFunction = () => false;

/** @throws {ConfigurationError} `trust-proxy-invalid` */
export const compileTrustProxy = (value: TrustProxy): TrustFunction => {
  if (typeof value === 'function') return value;
  if (typeof value === 'boolean') return value ? () => true : trustNone;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) throw invalid(`${value} is not a number of proxies`);
    return value === 0 ? trustNone : (_address, hop) => hop < value;
  }
  const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
  if (!Array.isArray(list) || list.length === 0 || !list.every((part) => typeof part === 'string' && part !== '')) {
    throw invalid('expected a boolean, a number, addresses or subnets, or a function');
  }
  const ranges = compileSubnets(list.flatMap(subnetsOf));
  return (address) => ranges.has(address);
};

/** Subnets that Express has names for. */
export const namedSubnets: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

const subnetsOf = (part: string): readonly Subnet[] => {
  // why: a number from an environment variable is text, which in some notations is an address too (0.0.0.1).
  if (/^[0-9]+$/.test(part)) throw invalid(`${quote(part)} is text; give the number of proxies as a number`);
  return (namedSubnets.get(part) ?? [part]).map((text) => {
    const subnet = parseSubnet(text) ?? withNetmask(text);
    // why: a prefix of no bits would believe everyone.
    if (subnet !== undefined && subnet.bits > 0) return subnet;
    throw invalid(`${quote(part)} is neither an address, a subnet nor one of ${[...namedSubnets.keys()].join(', ')}`);
  });
};

/** `10.0.0.0/255.0.0.0`, as Express knows it too. */
const withNetmask = (text: string): Subnet | undefined => {
  const [head = '', tail = '', ...rest] = text.split('/');
  const [address, mask] = [parseAddress(head), parseAddress(tail)];
  if (address?.kind !== 'ipv4' || mask?.kind !== 'ipv4' || rest.length > 0 || text.includes(':')) return undefined;
  const hostMask = mask.number ^ 0xffff_ffffn;
  // why: a mask is ones, and then zeros: one more than what it leaves out is a power of two.
  if (hostMask & (hostMask + 1n)) return undefined;
  return { address, bits: Math.clz32(Number(hostMask)) };
};

const invalid = (why: string): ConfigurationError =>
  new ConfigurationError('trust-proxy-invalid', `createWebhooks: option "trustProxy" cannot be used: ${why}.`);
