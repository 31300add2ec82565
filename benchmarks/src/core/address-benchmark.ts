import { BlockList } from 'node:net';
import { ipAllowlist } from '@mediahooks/core';
import ipaddr from 'ipaddr.js';
import { type Figure, figuresOf, type RunSettings } from '../figure.ts';
import { alternate, type Runner } from '../measure/alternate.ts';
import { timeCalls } from '../measure/time-calls.ts';
import { CarelessContestantError } from './check-contestant.ts';

/** Whether an address is in one of the ranges. */
type Matches = (address: string) => boolean;

const contestants: readonly (readonly [name: string, compile: (ranges: readonly string[]) => Matches])[] = [
  [
    'net.BlockList',
    (ranges) => {
      const list = new BlockList();
      for (const range of ranges) list.addSubnet(...partsOf(range));
      return (address) => list.check(address);
    },
  ],
  [
    'mediahooks',
    (ranges) => {
      const guard = ipAllowlist({ ranges });
      return (address) => guard.check(address).refused === undefined;
    },
  ],
  [
    'ipaddr.js',
    (ranges) => {
      const parsed = ranges.map((range) => ipaddr.parseCIDR(range));
      return (text) => {
        const address = ipaddr.process(text);
        return parsed.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
      };
    },
  ],
];

const partsOf = (range: string): [network: string, bits: number] => {
  const [network = '', bits] = range.split('/');
  return [network, Number(bits)];
};

/** Every second /24 of a network, so that no two ranges can be merged into one. */
const rangesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `10.${(index * 2) >> 8}.${(index * 2) & 255}.0/24`);

/** Addresses within the ranges, spread over all of them: what a genuine sender has. */
const addressesOf = (count: number): readonly string[] =>
  Array.from({ length: 997 }, (_, index) => {
    const range = ((index * 7919) % count) * 2;
    return `10.${range >> 8}.${range & 255}.${index % 256}`;
  });

export const addressBenchmark = async ({ short }: RunSettings): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const count of [1, 1000]) {
    const addresses = addressesOf(count);
    const runners: Runner[] = [];
    for (const [name, compile] of contestants) {
      const matches = compile(rangesOf(count));
      checkMatches(name, matches);
      const prepare = (calls: number) => (): void => {
        for (let call = 0; call < calls; call += 1) {
          if (!matches(addresses[call % addresses.length] ?? '')) throw new Error(`${name} refused an address.`);
        }
      };
      runners.push({ name, measure: await timeCalls(prepare, short ? 1 : 20) });
    }
    const alternated = await alternate(runners, 'net.BlockList', short ? 1 : 21);
    const subject = count === 1 ? 'address, 1 range' : `address, ${count} ranges`;
    figures.push(...figuresOf('core', subject, 'µs', 'net.BlockList', alternated));
  }
  return figures;
};

const checkMatches = (name: string, matches: Matches): void => {
  for (const address of ['10.0.0.0', '10.0.0.255']) {
    if (!matches(address)) throw new CarelessContestantError(name, `refuses ${address}`);
  }
  for (const address of ['9.255.255.255', '10.0.1.0', '192.0.2.1', '2001:db8::1']) {
    if (matches(address)) throw new CarelessContestantError(name, `accepts ${address}`);
  }
};
