import { addressRanges } from '../address/address-ranges.ts';
import { checkOptions } from '../options.ts';
import { quote, rejection } from '../rejection.ts';
import { type AddressGuard, passed } from './guard.ts';

export interface IpAllowlistOptions {
  /** IPv4 and IPv6 addresses, or ranges in CIDR notation: `92.223.112.0/24`, `2001:db8::/32`, `203.0.113.7`. */
  readonly ranges: readonly string[];
  /** Whose option it is, for errors. Default `ipAllowlist`. */
  readonly owner?: string;
}

/** The sender's address must be in one of the ranges. Behind a proxy this needs `trustProxy`. */
export const ipAllowlist = (options: IpAllowlistOptions): AddressGuard => {
  checkOptions('ipAllowlist', options, ['ranges', 'owner']);
  const ranges = addressRanges(options.ranges, options.owner ?? 'ipAllowlist');
  return {
    name: 'ip-allowlist',
    stage: 'address',
    places: {},
    check(address) {
      if (ranges.has(address)) return passed;
      return {
        refused: rejection(
          'address-not-allowed',
          `The sender's address ${quote(address)} is in none of the ${options.ranges.length} allowed ranges. ` +
            'If that is the address of your own proxy, set trustProxy to the number of proxies in front.',
        ),
      };
    },
  };
};
