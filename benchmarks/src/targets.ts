import type { Figure } from './figure.ts';

/** A goal, and how it is read from the figures of a run. `undefined` where the run did not measure it. */
export interface Target {
  readonly what: string;
  readonly goal: string;
  readonly read: (figures: readonly Figure[]) => { readonly actual: string; readonly isMet: boolean } | undefined;
}

const medianOf = (figures: readonly Figure[], subject: string, contestant: string): number | undefined =>
  figures.find((figure) => figure.subject === subject && figure.contestant === contestant)?.value.median;

const ratioOf = (figures: readonly Figure[], subject: string, contestant: string): number | undefined =>
  figures.find((figure) => figure.subject === subject && figure.contestant === contestant)?.ratio?.median;

const atMost = (goal: number, actual: number | undefined, unit: string) =>
  actual === undefined ? undefined : { actual: `${round(actual)}${unit}`, isMet: actual <= goal };

const atLeast = (goal: number, actual: number | undefined, unit: string) =>
  actual === undefined ? undefined : { actual: `${round(actual)}${unit}`, isMet: actual >= goal };

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

const peers = ['@octokit/webhooks', 'stripe', 'standardwebhooks', 'svix', '@hookflo/tern'];

/** The goals of the project; `docs/benchmarks.md` says what became of each. */
const targets: readonly Target[] = [
  {
    what: 'core at 1 KB against the floor',
    goal: 'at most 1.3 times',
    read: (figures) => atMost(1.3, ratioOf(figures, '1 KB', 'mediahooks'), ' times'),
  },
  {
    what: 'core at 100 KB against the floor',
    goal: 'at most 1.05 times',
    read: (figures) => atMost(1.05, ratioOf(figures, '100 KB', 'mediahooks'), ' times'),
  },
  {
    what: 'core at 1 KB against the fastest peer',
    goal: 'no slower',
    read(figures) {
      const ours = medianOf(figures, '1 KB', 'mediahooks');
      const times = peers.map((name) => medianOf(figures, '1 KB', name)).filter((time) => time !== undefined);
      return ours === undefined || times.length === 0
        ? undefined
        : atMost(1, ours / Math.min(...times), " times the fastest peer's time");
    },
  },
  {
    what: 'core at 1 KB against standardwebhooks',
    goal: 'at least 3 times as fast',
    read(figures) {
      const ours = medianOf(figures, '1 KB', 'mediahooks');
      const theirs = medianOf(figures, '1 KB', 'standardwebhooks');
      return ours === undefined || theirs === undefined ? undefined : atLeast(3, theirs / ours, ' times');
    },
  },
  ...['Node', 'Express', 'Koa'].map(
    (framework): Target => ({
      what: `${framework} at 32 connections against the receiver by hand`,
      goal: 'at least 1.0 times its requests per second',
      read: (figures) =>
        atLeast(1, ratioOf(figures, `${framework}, 32 connections, requests per second`, 'mediahooks'), ' times'),
    }),
  ),
  {
    what: "Node at 32 connections against octokit's middleware",
    goal: 'at least 1.1 times its requests per second',
    read(figures) {
      const subject = 'Node, 32 connections, requests per second';
      const ours = medianOf(figures, subject, 'mediahooks');
      const theirs = medianOf(figures, subject, '@octokit/webhooks');
      return ours === undefined || theirs === undefined ? undefined : atLeast(1.1, ours / theirs, ' times');
    },
  },
  {
    what: 'address guard, 1,000 ranges, against net.BlockList',
    goal: 'at most 2 times',
    read: (figures) => atMost(2, ratioOf(figures, 'address, 1000 ranges', 'mediahooks'), ' times'),
  },
  {
    what: 'JWT against bare aws-jwt-verify',
    goal: 'at most 1.1 times',
    read: (figures) => atMost(1.1, ratioOf(figures, 'JWT of Cognito', 'mediahooks'), ' times'),
  },
  {
    what: 'diagnosis of a forged delivery of 100 KB',
    goal: 'at most 2 ms',
    read(figures) {
      const costs = ['100 KB', '100 KB of small objects'].map((size) => {
        const lookedInto = medianOf(figures, `a forged delivery, ${size}`, 'refused and looked into');
        const refused = medianOf(figures, `a forged delivery, ${size}`, 'refused');
        return lookedInto === undefined || refused === undefined ? Number.NaN : (lookedInto - refused) / 1000;
      });
      const most = Math.max(...costs);
      return Number.isNaN(most) ? undefined : atMost(2, most, ' ms');
    },
  },
  ...['1 KB', '100 KB', '100 KB of small objects'].map(
    (size): Target => ({
      what: `a flood of forged deliveries of ${size}, looked into, against one that is not`,
      goal: 'at most 1.2 times',
      read: (figures) =>
        atMost(1.2, ratioOf(figures, `a flood of forged deliveries, ${size}`, 'refused and looked into'), ' times'),
    }),
  ),
  {
    what: 'import of core, one provider and the Express adapter, beyond Express',
    goal: 'at most 40 ms',
    read: (figures) => atMost(40, medianOf(figures, 'import', 'mediahooks, beyond Express'), ' ms'),
  },
  {
    what: 'bundle of core, one provider and fetch in one file, gzipped, beyond zod',
    goal: 'at most 30 KB',
    read: (figures) =>
      atMost(30, medianOf(figures, 'bundle in one file, minified and gzipped', 'mediahooks, without zod'), ' KB'),
  },
  {
    what: 'the same in chunks, what is loaded at first',
    goal: 'at most 30 KB',
    read: (figures) =>
      atMost(30, medianOf(figures, 'bundle in chunks, what is loaded at first', 'mediahooks, without zod'), ' KB'),
  },
  {
    what: 'memory after 100,000 of 1,000,000 deliveries',
    goal: 'flat within 5 %',
    read: (figures) => atMost(5, medianOf(figures, 'growth over 1,000,000 deliveries', 'mediahooks'), ' %'),
  },
  {
    what: 'SQLite inbox at 64 connections against none',
    goal: 'at least 0.7 times its deliveries per second',
    read: (figures) =>
      atLeast(0.7, ratioOf(figures, '64 connections, accepted deliveries per second', 'SQLite'), ' times'),
  },
  ...[
    'accept one of 64 that come together',
    'accept one that comes alone',
    'claim one, hand it over, write down its end',
    'resident memory of the process',
  ].map(
    (what): Target => ({
      what: `SQLite with 1,000,000 handled and 100,000 pending, ${what}`,
      goal: 'at most 1.5 times that of an empty file',
      read: (figures) =>
        atMost(1.5, ratioOf(figures, `SQLite, ${what}`, '1,000,000 handled and 100,000 pending'), ' times'),
    }),
  ),
  ...['first page', 'page of one source and outcome', 'page of one type', '500th page'].map(
    (subject): Target => ({
      what: `console with 1,000,000 deliveries, ${subject}`,
      goal: 'at most 2 times that of 10,000',
      read: (figures) => atMost(2, ratioOf(figures, subject, '1,000,000 deliveries'), ' times'),
    }),
  ),
  {
    what: 'receiver with 1,000,000 deliveries while the overview is open',
    goal: 'at least 0.95 times its deliveries per second',
    read: (figures) =>
      atLeast(
        0.95,
        ratioOf(figures, '32 connections, accepted deliveries per second', 'the overview is open'),
        ' times',
      ),
  },
  {
    what: 'types, 20 sources',
    goal: 'under 3 s of CPU',
    read: (figures) => atMost(3, medianOf(figures, 'tsc, CPU', '20 sources'), ' s'),
  },
];

/** A target, and what a run found. */
export interface ReadTarget {
  readonly what: string;
  readonly goal: string;
  readonly actual: string;
  readonly isMet: boolean;
}

/** Those that the run measured. */
export const readTargets = (figures: readonly Figure[]): readonly ReadTarget[] =>
  targets.flatMap(({ what, goal, read }) => {
    const found = read(figures);
    return found === undefined ? [] : [{ what, goal, ...found }];
  });

/** One line for each of them. */
export const targetTable = (figures: readonly Figure[]): string => {
  const lines = readTargets(figures).map(
    ({ what, goal, actual, isMet }) => `  ${isMet ? 'met    ' : 'NOT MET'}  ${what}: ${actual} (${goal})`,
  );
  return lines.length === 0 ? '' : `\nTargets\n${lines.join('\n')}\n`;
};
