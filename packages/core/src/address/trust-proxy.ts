import proxyAddr from 'proxy-addr';
import { ConfigurationError } from '../errors.ts';
import { quote } from '../rejection.ts';
import { parseAddress } from './address.ts';

/** Whether the proxy with this address, `hop` steps away from us (the connection itself is 0), is believed. */
export type TrustFunction = (address: string, hop: number) => boolean;

/**
 * Which proxies in front are believed, in Express's own grammar: the number of proxies, subnets and addresses, the names
 * `loopback`, `linklocal` and `uniquelocal` (one, a list, or separated by commas), or a function. `false`: none.
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
  for (const part of list) {
    // why: a number from an environment variable is text; `proxy-addr` would read it as the address 0.0.0.1 and believe nobody.
    if (/^[0-9]+$/.test(part)) throw invalid(`${quote(part)} is text; give the number of proxies as a number`);
    if (!proxyNames.has(part) && parseAddress(part.replace(/\/[^/]*$/, '')) === undefined) {
      throw invalid(`${quote(part)} is neither an address, a subnet nor one of ${[...proxyNames].join(', ')}`);
    }
  }
  try {
    return proxyAddr.compile([...list]);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it cannot be read', error);
  }
};

const proxyNames = new Set(['loopback', 'linklocal', 'uniquelocal']);

const invalid = (why: string, cause?: unknown): ConfigurationError =>
  new ConfigurationError('trust-proxy-invalid', `createWebhooks: option "trustProxy" cannot be used: ${why}.`, {
    cause,
  });
