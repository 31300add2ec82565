import { parseArgs } from 'node:util';
import type { Group } from './figure.ts';

/** What `npm run bench`, `npm run bench:inbox` and `npm run bench:console` run where no group is named. */
const suites = {
  receiver: ['core', 'http', 'cold', 'memory', 'types'],
  inbox: ['inbox', 'scale'],
  console: ['console'],
} as const satisfies Readonly<Record<string, readonly Group[]>>;

const groups: readonly Group[] = [...suites.receiver, ...suites.inbox, ...suites.console];

export interface BenchmarkOptions {
  readonly only: readonly Group[];
  readonly short: boolean;
  readonly json: string | undefined;
  readonly add: string | undefined;
  readonly markdown: string | undefined;
  readonly from: string | undefined;
}

export const usage = `npm run bench -- [options]
npm run bench:inbox -- [options]
npm run bench:console -- [options]

  --only <group>    ${groups.join(', ')}; several separated by commas.
                    Default: ${suites.receiver.join(', ')}; with bench:inbox, ${suites.inbox.join(' and ')}, which start
                    PostgreSQL and Redis and take longer; with bench:console, ${suites.console.join(', ')}
  --short           each benchmark once, to see that it works; its figures mean nothing
  --json <file>     where the figures are written. Default: benchmarks/results/latest.json
  --markdown <file> a document whose tables are filled with the figures, like docs/benchmarks.md
  --from <file>     figures that were written before, instead of measuring
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
      markdown: { type: 'string' },
      from: { type: 'string' },
      suite: { type: 'string', default: 'receiver' },
    },
  });
  const only = (values.only ?? []).flatMap((list) => list.split(',')).map(readGroup);
  const suite = suites[readSuite(values.suite)];
  const { add, from, json, markdown, short } = values;
  return { only: only.length === 0 ? suite : only, short, json, add, markdown, from };
};

const readSuite = (name: string): keyof typeof suites => (name === 'inbox' || name === 'console' ? name : 'receiver');

const readGroup = (name: string): Group => {
  const group = groups.find((one) => one === name);
  if (group === undefined) throw new TypeError(`There is no group "${name}". Groups are: ${groups.join(', ')}.`);
  return group;
};
