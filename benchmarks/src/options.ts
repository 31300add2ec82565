import { parseArgs } from 'node:util';
import type { Group } from './figure.ts';

export const groups = ['core', 'http', 'cold', 'memory', 'types'] as const satisfies readonly Group[];

export interface BenchmarkOptions {
  readonly only: readonly Group[];
  readonly short: boolean;
  readonly json: string | undefined;
  readonly add: string | undefined;
}

export const usage = `npm run bench -- [options]

  --only <group>    core, http, cold, memory or types; several separated by commas. Default: all
  --short           each benchmark once, to see that it works; its figures mean nothing
  --json <file>     where the figures are written. Default: benchmarks/results/latest.json
  --add <module>    a contestant of your own for core: a module that exports "contestant"
`;

/** @throws {TypeError} for an option or a group that does not exist. */
export const readOptions = (args: readonly string[]): BenchmarkOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      add: { type: 'string' },
    },
  });
  const only = (values.only ?? []).flatMap((list) => list.split(',')).map(readGroup);
  return { only: only.length === 0 ? groups : only, short: values.short, json: values.json, add: values.add };
};

const readGroup = (name: string): Group => {
  const group = groups.find((one) => one === name);
  if (group === undefined) throw new TypeError(`There is no group "${name}". Groups are: ${groups.join(', ')}.`);
  return group;
};
